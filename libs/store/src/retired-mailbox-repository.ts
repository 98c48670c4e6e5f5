import type { Model } from 'mongoose';
import type { ActorDbid } from '@abaco/contract';
import { fromNow } from './database-time.js';
import type { Database } from './database.js';
import type { RetiredMailboxRecord } from './retired-mailbox-record.js';
import { retiredMailboxSchema } from './retired-mailbox-schema.js';

/** Mailboxes of deleted actors whose queues may still be there, or come back. */
export class RetiredMailboxRepository {
  private readonly model: Model<RetiredMailboxRecord>;

  constructor(private readonly database: Database) {
    this.model = database.model('RetiredMailbox', retiredMailboxSchema);
  }

  /** @param quietMs messages of other processes may be on their way to it for so long, from now */
  async retire(actor: ActorDbid, quietMs: number): Promise<void> {
    const fields = { quiet_at: fromNow(quietMs), next_try: '$$NOW' };
    await this.database.run(() =>
      this.model.updateOne({ _id: actor }, [{ $set: fields }], { upsert: true, updatePipeline: true }).exec(),
    );
  }

  /**
   * Takes the one that has been due for longest, which is due again `againMs` later.
   * @returns null when none is due
   */
  async takeDue(againMs: number): Promise<ActorDbid | null> {
    const taken = await this.database.run(() =>
      this.model
        .findOneAndUpdate({ $expr: { $lte: ['$next_try', '$$NOW'] } }, [{ $set: { next_try: fromNow(againMs) } }], {
          sort: { next_try: 1 },
          updatePipeline: true,
        })
        .lean<RetiredMailboxRecord>()
        .exec(),
    );
    return taken && taken._id;
  }

  /** To be called when its queue is gone. @returns false when that may still come back */
  async forgetQuiet(actor: ActorDbid): Promise<boolean> {
    const { deletedCount } = await this.database.run(() =>
      this.model.deleteOne({ _id: actor, $expr: { $lte: ['$quiet_at', '$$NOW'] } }).exec(),
    );
    return deletedCount === 1;
  }

  /** The actor is there again: its mailbox is in use. */
  async forget(actor: ActorDbid): Promise<void> {
    await this.database.run(() => this.model.deleteOne({ _id: actor }).exec());
  }
}
