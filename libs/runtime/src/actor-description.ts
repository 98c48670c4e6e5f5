import type { ActorRecord } from '@abaco/store';

/** What a user says when registering an actor, validated and with defaults filled in. */
export type ActorDescription = Pick<
  ActorRecord,
  | 'image'
  | 'name'
  | 'description'
  | 'stateless'
  | 'state'
  | 'type'
  | 'token'
  | 'link'
  | 'webhook'
  | 'hints'
  | 'default_environment'
  | 'privileged'
  | 'queue'
  | 'max_workers'
  | 'mem_limit'
  | 'max_cpus'
  | 'use_container_uid'
  | 'log_ex'
>;

/** What a user says when updating an actor: everything but the name, which stays; also the state when none is given. */
export interface ActorUpdate
  extends Omit<ActorDescription, 'name' | 'state'>, Partial<Pick<ActorDescription, 'state'>> {
  /** Makes a new revision even of the same image. */
  readonly force: boolean;
}
