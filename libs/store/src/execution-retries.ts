import type { Model } from 'mongoose';
import type { ActorDbid, ExecutionDbid } from '@abaco/contract';
import { fromNow, literals } from './database-time.js';
import type { Database } from './database.js';
import type { ExecutionOutcome, ExecutionRecord } from './execution-record.js';
import { attemptUnderWay, withAttempt } from './execution-steps.js';

/** The attempt that has failed, as it is listed. */
export type FailedAttempt = Pick<ExecutionOutcome, 'start_time' | 'finish_time' | 'exit_code' | 'failure' | 'error'>;

const pauses = { status: 'RUNNING', retry_at: { $exists: true } } as const;
/** Its message was not published again yet. */
const notOffered = { ...pauses, lease_expires: { $ne: null } } as const;
/** More is left of it than the whole pause: the clock of the database was set back. */
const isOverlong = {
  retry_pause: { $exists: true },
  $expr: { $gt: [{ $subtract: ['$retry_at', '$$NOW'] }, '$retry_pause'] },
} as const;
const isDue = (aheadMs = 0) => ({ $expr: { $lte: ['$retry_at', fromNow(aheadMs)] } });

/**
 * Executions that pause before their next attempt. They stay RUNNING, leased to nobody until `retry_at`; then their message is
 * published again, once, by the first that sees it.
 */
export class ExecutionRetries {
  constructor(
    private readonly database: Database,
    private readonly model: Model<ExecutionRecord>,
  ) {}

  /**
   * RUNNING of this attempt, which failed: lists it, and lets nobody take the message for so long.
   * @returns false when this attempt may not write any more, or the execution is to be halted
   */
  async postpone(
    execution: ExecutionDbid,
    attempt: number,
    delayMs: number,
    { start_time, finish_time, exit_code, failure, error }: FailedAttempt,
  ): Promise<boolean> {
    const attempts = withAttempt(attempt, {
      start_time,
      finish_time,
      exit_code,
      failure: failure ?? null,
      reason: error ?? null,
    });
    const next = {
      retry_at: fromNow(delayMs),
      lease_expires: fromNow(delayMs),
      ...literals({ retry_pause: delayMs }),
      attempts,
    };
    const { matchedCount } = await this.database.run(() =>
      this.model
        .updateOne({ _id: execution, ...attemptUnderWay, attempt, halt_requested: { $ne: true } }, [{ $set: next }], {
          updatePipeline: true,
        })
        .exec(),
    );
    return matchedCount === 1;
  }

  /** Those whose pause is over, as far as nobody has offered them yet: the caller publishes them. At most `limit`. */
  async offerDue(actor: ActorDbid, limit: number): Promise<ExecutionDbid[]> {
    const due = await this.database.run(() =>
      this.model
        .find({ actor_id: actor, ...notOffered, ...isDue() }, { _id: 1 })
        .limit(limit)
        .lean<{ _id: ExecutionDbid }[]>()
        .exec(),
    );
    const offered: ExecutionDbid[] = [];
    for (const { _id } of due) {
      const { matchedCount } = await this.database.run(() =>
        this.model.updateOne({ _id, ...notOffered, ...isDue() }, { $set: { lease_expires: null } }).exec(),
      );
      if (matchedCount === 1) offered.push(_id);
    }
    return offered;
  }

  /**
   * Where the clock of the database was set back so far that this shows, pauses of an actor's executions begin anew: a step back of
   * the clock lengthens a pause by its own length at most.
   */
  async shortenOverlong(actor: ActorDbid): Promise<void> {
    const end = { $add: ['$$NOW', '$retry_pause'] };
    await this.database.run(() =>
      this.model
        .updateMany(
          { actor_id: actor, ...notOffered, ...isOverlong },
          [{ $set: { retry_at: end, lease_expires: end } }],
          {
            updatePipeline: true,
          },
        )
        .exec(),
    );
  }

  /**
   * Milliseconds until the next pause of an actor's executions is over, by the clock of the database; negative when it is; null: none
   * pauses.
   */
  async untilNextDue(actor: ActorDbid): Promise<number | null> {
    const [next] = await this.database.run(() =>
      this.model
        .aggregate<{ left: number }>([
          { $match: { actor_id: actor, ...notOffered } },
          { $sort: { retry_at: 1 } },
          { $limit: 1 },
          { $project: { left: { $subtract: ['$retry_at', '$$NOW'] } } },
        ])
        .exec(),
    );
    return next ? Number(next.left) : null;
  }

  /** Actors with executions whose pause is over within `aheadMs`, or is to be shortened. */
  async actors(aheadMs: number): Promise<ActorDbid[]> {
    return this.database.run(() =>
      this.model.distinct('actor_id', { ...notOffered, $or: [isDue(aheadMs), isOverlong] }).exec(),
    );
  }
}
