import type { Model } from 'mongoose';
import type { ActorDbid, ExecutionDbid } from '@abaco/contract';
import { leaseIsOver } from './database-time.js';
import type { Database } from './database.js';
import type { EventRecord } from './event-record.js';
import type { ExecutionOutcome, ExecutionRecord } from './execution-record.js';
import { abandoned, isWaiting } from './execution-steps.js';
import { packJson } from './stored-json.js';

/** Ended with one command: it must take much less than an operation may. */
const BATCH = 1_000;

/** Each an index scan that stops at its limit; one query with $or would read all executions of the actor. */
const submitted = { status: 'SUBMITTED' } as const;
const paused = { status: 'RUNNING', retry_at: { $exists: true } } as const;
const lost = { status: 'RUNNING', ...leaseIsOver } as const;

/** An execution that was waiting, and where the body of its message is. */
export type EndedWaiting = Pick<ExecutionRecord, '_id' | 'message'>;

/** Executions that nobody runs, of which there may be very many: what happens to all of an actor's happens in batches. */
export class WaitingExecutions {
  constructor(
    private readonly database: Database,
    private readonly model: Model<ExecutionRecord>,
  ) {}

  /**
   * SUBMITTED, or RUNNING in the pause before its next attempt, to COMPLETE or ERROR without one.
   * @param event written with the outcome, if there is one
   * @returns false when a worker has taken it, or it is final
   */
  async finish(execution: ExecutionDbid, outcome: ExecutionOutcome, event?: EventRecord): Promise<boolean> {
    const { error = null, final_state, status, finish_time } = outcome;
    const final = { status, finish_time, error, final_state: packJson(final_state), lease_expires: null };
    const { matchedCount } = await this.database.run(() =>
      this.model
        .updateOne(
          { _id: execution, ...isWaiting },
          { $set: { ...final, ...(event && { pending_events: [event] }) }, $unset: { retry_at: 1 } },
        )
        .exec(),
    );
    return matchedCount === 1;
  }

  /**
   * All of an actor that are SUBMITTED, or RUNNING in the pause before their next attempt, to ERROR.
   * @param onBatch gets those of each batch whose message has a body; a worker may have taken some of them just before
   * @returns how many were ended
   */
  abandonAll(
    actor: ActorDbid,
    reason: string,
    onBatch: (withBody: readonly EndedWaiting[]) => Promise<void> = () => Promise.resolve(),
  ): Promise<number> {
    return this.inBatches(actor, [submitted, paused], reason, onBatch);
  }

  /** All of an actor that nobody runs, those with an expired lease included, to ERROR. @returns how many. */
  abandonUnclaimed(actor: ActorDbid, reason: string): Promise<number> {
    return this.inBatches(actor, [submitted, lost], reason, () => Promise.resolve());
  }

  private async inBatches(
    actor: ActorDbid,
    kinds: readonly (typeof submitted | typeof paused | typeof lost)[],
    reason: string,
    onBatch: (withBody: readonly EndedWaiting[]) => Promise<void>,
  ): Promise<number> {
    let ended = 0;
    for (const kind of kinds) {
      for (let isFull = true; isFull;) {
        const batch = await this.database.run(() =>
          this.model
            .find({ actor_id: actor, ...kind }, 'message.kind message.bytes message.body')
            .limit(BATCH)
            .lean<EndedWaiting[]>()
            .exec(),
        );
        isFull = batch.length === BATCH;
        if (batch.length === 0) break;
        const { modifiedCount } = await this.database.run(() =>
          this.model.updateMany({ _id: { $in: batch.map(({ _id }) => _id) }, ...kind }, abandoned(reason)).exec(),
        );
        ended += modifiedCount;
        await onBatch(batch.filter(({ message }) => 'bytes' in message));
      }
    }
    return ended;
  }
}
