import type { ActorRecord, ActorSettings } from '@abaco/store';

/** What a user says when registering an actor, validated and with defaults filled in. */
export type ActorDescription = ActorSettings & Pick<ActorRecord, 'name' | 'state'>;

/** What a user says when updating an actor: everything but the name, which stays; also the state when none is given. */
export interface ActorUpdate extends ActorSettings, Partial<Pick<ActorRecord, 'state'>> {
  /** Makes a new revision even of the same image. */
  readonly force: boolean;
}
