import type { Model } from 'mongoose';
import type { ActorRecord, DueCron } from './actor-record.js';
import type { Database } from './database.js';

/** What is read of an actor whose schedule is due. */
const DUE = { tenant: 1, id: 1, api_server: 1, cron_on: 1, cron_schedule: 1, cron_start: 1, cron_due: 1 } as const;

/** The next runs of actors with a schedule. */
export class ActorCron {
  constructor(
    private readonly database: Database,
    private readonly model: Model<ActorRecord>,
  ) {}

  /** Actors of all tenants whose next run is at `now` or before, switched on or not; the longest due first. */
  async listDue(now: Date): Promise<DueCron[]> {
    return this.database.run(() =>
      this.model
        .find({ cron_due: { $lte: now }, status: { $ne: 'SHUTTING_DOWN' } }, DUE)
        .sort({ cron_due: 1 })
        .lean<DueCron[]>()
        .exec(),
    );
  }

  /** Sets the next run, unless another host has done so or the schedule was changed. @returns whether it did */
  async advance({ _id, cron_schedule, cron_start, cron_due }: DueCron, next: Date, nextEx: string): Promise<boolean> {
    const { matchedCount } = await this.database.run(() =>
      this.model
        .updateOne({ _id, cron_schedule, cron_start, cron_due }, { $set: { cron_due: next, cron_next_ex: nextEx } })
        .exec(),
    );
    return matchedCount === 1;
  }
}
