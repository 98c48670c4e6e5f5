import type { ActorRecord, ActorSettings, CronSettings } from '@abaco/store';

/** What a user says when registering an actor, validated and with defaults filled in. */
export type ActorDescription = ActorSettings &
  Pick<ActorRecord, 'name' | 'state'> &
  Partial<Pick<ActorRecord, 'cron_on'> & CronSettings>;

/** The description of an actor that says no more than this, with the defaults of the REST service for the rest (contract 2.1.2). */
export function describeActor(said: Pick<ActorDescription, 'image'> & Partial<ActorDescription>): ActorDescription {
  return {
    name: null,
    description: '',
    stateless: true,
    state: {},
    type: 'none',
    token: false,
    link: '',
    webhook: '',
    hints: [],
    default_environment: {},
    privileged: false,
    queue: 'default',
    max_workers: null,
    mem_limit: null,
    max_cpus: null,
    use_container_uid: false,
    network: null,
    use_init: null,
    message_format: null,
    max_run_time: null,
    retry_policy: null,
    scaling: null,
    log_ex: null,
    ...said,
  };
}

/** What a user says when updating an actor: everything but the name, which stays; also state, schedule and switch when none is given. */
export interface ActorUpdate extends ActorSettings, Partial<Pick<ActorRecord, 'state' | 'cron_on'> & CronSettings> {
  /** Makes a new revision even of the same image. */
  readonly force: boolean;
}
