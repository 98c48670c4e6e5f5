import type { Model } from 'mongoose';
import type { ActorDbid } from '@abaco/contract';
import type { ActorFault } from './actor-fault.js';
import type { ActorRecord } from './actor-record.js';
import type { Database } from './database.js';

/** Actors in ERROR that are tried again. Times are those of the process that writes them. */
export class ActorFaults {
  constructor(
    private readonly database: Database,
    private readonly model: Model<ActorRecord>,
  ) {}

  /** Actors of these queues whose next try is due, the longest due first; at most `limit`. */
  async listDue(now: Date, queues: readonly string[], limit: number): Promise<ActorDbid[]> {
    const found = await this.database.run(() =>
      this.model
        .find({ 'fault.retry_at': { $lte: now }, status: 'ERROR', queue: { $in: [...queues] } }, { _id: 1 })
        .sort({ 'fault.retry_at': 1 })
        .limit(limit)
        .lean<Pick<ActorRecord, '_id'>[]>()
        .exec(),
    );
    return found.map(({ _id }) => _id);
  }

  /**
   * Takes the next try of an actor, for one process: `due` is what it was found with.
   * @param retryAt when another try follows, should this process end before it knows how this one has ended
   * @returns false when the actor is not in ERROR any more, or another process was faster
   */
  async claim(actor: ActorDbid, revision: number, due: ActorFault, retryAt: Date): Promise<boolean> {
    const { matchedCount } = await this.database.run(() =>
      this.model
        .updateOne(
          { _id: actor, revision, status: 'ERROR', 'fault.retry_at': due.retry_at, 'fault.tries': due.tries },
          { $set: { 'fault.retry_at': retryAt, 'fault.tries': due.tries + 1 } },
        )
        .exec(),
    );
    return matchedCount === 1;
  }
}
