import type { ActorRecord, ActorSettings, CronSettings } from '@abaco/store';

/** What a user says when registering an actor, validated and with defaults filled in. */
export type ActorDescription = ActorSettings &
  Pick<ActorRecord, 'name' | 'state'> &
  Partial<Pick<ActorRecord, 'cron_on'> & CronSettings>;

/** What a user says when updating an actor: everything but the name, which stays; also state, schedule and switch when none is given. */
export interface ActorUpdate extends ActorSettings, Partial<Pick<ActorRecord, 'state' | 'cron_on'> & CronSettings> {
  /** Makes a new revision even of the same image. */
  readonly force: boolean;
}
