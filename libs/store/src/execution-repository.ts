import type { Model } from 'mongoose';
import { isFinal, type ActorDbid, type ExecutionDbid, type HostId, type WorkerId } from '@abaco/contract';
import { fromNow, leaseHolds, leaseIsOver, literals } from './database-time.js';
import type { Database } from './database.js';
import { DeadLetterRepository } from './dead-letter-repository.js';
import { DuplicateIdempotencyKey } from './errors.js';
import type { EventRecord } from './event-record.js';
import type { ExecutionOutcome, ExecutionProgress, ExecutionRecord } from './execution-record.js';
import { ExecutionFigures } from './execution-figures.js';
import { executionSchema } from './execution-schema.js';
import { isDuplicate } from './failures.js';
import { PendingEvents } from './pending-events.js';
import { abandoned, attemptUnderWay, withAttempt, withFailedAttempt, withLostAttempt } from './execution-steps.js';
import { ExecutionRetries } from './execution-retries.js';
import { packJson, unpackJson } from './stored-json.js';
import { WaitingExecutions } from './waiting-executions.js';
import { unjournaled } from './write-concern.js';

/** A record without a key lacks the field: only so does the unique index, and a query for a key, pass it by. */
function toStored({ idempotency_key, final_state, ...record }: ExecutionRecord): Partial<ExecutionRecord> {
  return {
    ...record,
    ...(idempotency_key !== null && { idempotency_key }),
    final_state: packJson(final_state) as ExecutionRecord['final_state'],
  };
}

export const executionFromStored = (stored: ExecutionRecord): ExecutionRecord => ({
  ...stored,
  idempotency_key: stored.idempotency_key ?? null,
  image_digest: stored.image_digest ?? null, // old records lack it
  final_state: unpackJson(stored.final_state) as ExecutionRecord['final_state'],
});

/** One that is to be published again, perhaps. */
export type DueExecution = Pick<ExecutionRecord, '_id' | 'message_received_time'>;

/** The end of the lease of an attempt that was given up: long ago, wherever the clock of the database is set. */
const GIVEN_UP = new Date(0);

const byAge = { message_received_time: 1 } as const;

/** Execution records: every atomic step of an execution's life is one method. All times are the database's. */
export class ExecutionRepository {
  readonly events: PendingEvents<ExecutionDbid>;
  readonly figures: ExecutionFigures;
  readonly retries: ExecutionRetries;
  readonly deadLetters: DeadLetterRepository;
  readonly waiting: WaitingExecutions;
  private readonly model: Model<ExecutionRecord>;

  constructor(private readonly database: Database) {
    this.model = database.model('Execution', executionSchema);
    this.events = new PendingEvents(database, 'executions');
    this.figures = new ExecutionFigures(database, this.model);
    this.retries = new ExecutionRetries(database, this.model);
    this.waiting = new WaitingExecutions(database, this.model);
    this.deadLetters = new DeadLetterRepository(database, this.model, executionFromStored, toStored);
  }

  /** @throws DuplicateIdempotencyKey when the actor has an execution with this key already */
  async insert(execution: ExecutionRecord): Promise<void> {
    try {
      await this.database.run(() => this.model.insertOne(toStored(execution)));
    } catch (error) {
      if (execution.idempotency_key !== null && isDuplicate(error, 'idempotency_key')) {
        throw new DuplicateIdempotencyKey(execution.actor_id, execution.idempotency_key);
      }
      throw error;
    }
  }

  async find(execution: ExecutionDbid): Promise<ExecutionRecord | null> {
    const stored = await this.database.run(() => this.model.findById(execution).lean<ExecutionRecord>().exec());
    return stored && executionFromStored(stored);
  }

  /** How far these executions are, in no order; unknown ones are left out. */
  async listProgress(executions: readonly ExecutionDbid[]): Promise<ExecutionProgress[]> {
    return this.database.run(() =>
      this.model
        .find({ _id: { $in: executions } }, 'status attempt host_id error')
        .lean<ExecutionProgress[]>()
        .exec(),
    );
  }

  /**
   * Of these executions, which of them still need the bodies of their messages: those that have not ended, dead letters, and what
   * was sent again, whose new execution shares the body and removes it. Unknown ones are left out.
   */
  async listBodyNeeds(executions: readonly ExecutionDbid[]): Promise<{ _id: ExecutionDbid; isNeeded: boolean }[]> {
    const found = await this.database.run(() =>
      this.model
        .find({ _id: { $in: executions } }, 'status dead_letter redriven_as')
        .lean<Pick<ExecutionRecord, '_id' | 'status' | 'dead_letter' | 'redriven_as'>[]>()
        .exec(),
    );
    return found.map(({ _id, status, dead_letter, redriven_as }) => ({
      _id,
      isNeeded: !isFinal(status) || dead_letter !== undefined || redriven_as !== undefined,
    }));
  }

  async findByIdempotencyKey(actor: ActorDbid, key: string): Promise<ExecutionRecord | null> {
    const stored = await this.database.run(() =>
      this.model.findOne({ actor_id: actor, idempotency_key: key }).lean<ExecutionRecord>().exec(),
    );
    return stored && executionFromStored(stored);
  }

  /**
   * SUBMITTED, or RUNNING with an expired lease, to RUNNING with `attempt` + 1, worker, host and a lease. The attempt that lost
   * its lease is listed as one that the infrastructure failed.
   * @returns the claimed record (status RUNNING, new attempt), or null when it is final, leased by another, or unknown.
   */
  async claim(
    execution: ExecutionDbid,
    by: { workerId: WorkerId; hostId: HostId; leaseMs: number },
  ): Promise<ExecutionRecord | null> {
    const claimed = {
      ...literals({ status: 'RUNNING', worker_id: by.workerId, host_id: by.hostId, start_time: null }),
      attempt: { $add: ['$attempt', 1] },
      lease_expires: fromNow(by.leaseMs),
      attempts: withLostAttempt,
    };
    const stored = await this.database.run(() =>
      this.model
        .findOneAndUpdate(
          { _id: execution, $or: [{ status: 'SUBMITTED' }, { status: 'RUNNING', ...leaseIsOver }] },
          [{ $set: claimed }, { $unset: 'retry_at' }],
          { returnDocument: 'after', updatePipeline: true, ...unjournaled },
        )
        .lean<ExecutionRecord>()
        .exec(),
    );
    return stored && executionFromStored(stored);
  }

  /** Extends the lease of one attempt. @returns false when this attempt has lost it or given it up, or the record is final. */
  async renewLease(execution: ExecutionDbid, attempt: number, leaseMs: number): Promise<boolean> {
    const renewed = [{ $set: { lease_expires: fromNow(leaseMs) } }];
    return this.updateRunning(execution, attempt, renewed, unjournaled, { lease_expires: { $ne: GIVEN_UP } });
  }

  /** RUNNING of this attempt: notes the moment just before the container was started. */
  async markStarted(execution: ExecutionDbid, attempt: number, startTime: Date): Promise<boolean> {
    return this.updateRunning(execution, attempt, [{ $set: literals({ start_time: startTime }) }], unjournaled);
  }

  /**
   * RUNNING of this attempt to COMPLETE or ERROR.
   * @param event written with the outcome, if there is one
   * @returns false when this attempt may not write any more.
   */
  async finish(
    execution: ExecutionDbid,
    attempt: number,
    outcome: ExecutionOutcome,
    event?: EventRecord,
  ): Promise<boolean> {
    const { error = null, final_state, failure = null, ...fields } = outcome;
    const final = literals({
      ...fields,
      error,
      final_state: packJson(final_state),
      lease_expires: null,
      ...(event && { pending_events: [event] }),
    });
    const attempts = withAttempt(attempt, { ...outcome, failure, reason: error });
    return this.updateRunning(execution, attempt, [{ $set: { ...final, attempts } }]);
  }

  /** RUNNING, with an attempt under way: notes that it is to be halted, whoever runs it. @returns whether it is so. */
  async requestHalt(execution: ExecutionDbid): Promise<boolean> {
    const { matchedCount } = await this.database.run(() =>
      this.model.updateOne({ _id: execution, ...attemptUnderWay }, { $set: { halt_requested: true } }).exec(),
    );
    return matchedCount === 1;
  }

  /** Notes that all RUNNING executions of an actor are to be halted, whoever runs them. */
  async requestHaltOfAll(actor: ActorDbid): Promise<void> {
    await this.database.run(() =>
      this.model.updateMany({ actor_id: actor, status: 'RUNNING' }, { $set: { halt_requested: true } }).exec(),
    );
  }

  /** RUNNING executions claimed by a host that are to be halted. */
  async listHalting(host: HostId): Promise<ExecutionRecord[]> {
    const stored = await this.database.run(() =>
      this.model
        .find({ host_id: host, ...attemptUnderWay, halt_requested: true })
        .lean<ExecutionRecord[]>()
        .exec(),
    );
    return stored.map(executionFromStored);
  }

  /** SUBMITTED to ERROR: the message was not accepted, purged, or its actor deleted. @returns whether it changed. */
  async abandon(execution: ExecutionDbid, reason: string): Promise<boolean> {
    const { matchedCount } = await this.database.run(() =>
      this.model.updateOne({ _id: execution, status: 'SUBMITTED' }, abandoned(reason)).exec(),
    );
    return matchedCount === 1;
  }

  /** Like {@link abandon}, and frees the idempotency key: whoever sends a refused message again must not get its execution. */
  async refuse(execution: ExecutionDbid, reason: string): Promise<boolean> {
    const { matchedCount } = await this.database.run(() =>
      this.model
        .updateOne(
          { _id: execution, status: 'SUBMITTED' },
          { ...abandoned(reason), $unset: { idempotency_key: 1, retry_at: 1 } },
        )
        .exec(),
    );
    return matchedCount === 1;
  }

  /**
   * RUNNING of this attempt, which the infrastructure failed: ends the lease now, so that the message can be taken again.
   * @param reason shown with the attempt
   */
  async release(execution: ExecutionDbid, attempt: number, reason: string): Promise<boolean> {
    const attempts = withFailedAttempt(reason);
    return this.updateRunning(execution, attempt, [{ $set: { lease_expires: GIVEN_UP, attempts } }]);
  }

  /**
   * SUBMITTED older than `olderThanMs`, or RUNNING with an expired lease, oldest first, at most `limit`. Only what tells them apart: every
   * mailbox with waiting messages looks at them every two seconds.
   */
  async findDue(actor: ActorDbid, olderThanMs: number, limit: number): Promise<DueExecution[]> {
    const old = { $expr: { $lte: ['$message_received_time', fromNow(-olderThanMs)] } };
    const oldest = (filter: object) =>
      this.database.run(() =>
        this.model.find(filter, { message_received_time: 1 }).sort(byAge).limit(limit).lean<DueExecution[]>().exec(),
      );
    // Two index scans that stop at the limit; one query with $or would sort all waiting messages.
    const [submitted, expired] = await Promise.all([
      oldest({ actor_id: actor, status: 'SUBMITTED', ...old }),
      oldest({ actor_id: actor, status: 'RUNNING', ...leaseIsOver }),
    ]);
    return [...submitted, ...expired]
      .sort((a, b) => a.message_received_time.getTime() - b.message_received_time.getTime())
      .slice(0, limit);
  }

  /**
   * Actors that have at least one execution that is SUBMITTED, or RUNNING with an expired lease, or that is to be taken again within
   * `aheadMs`.
   */
  async actorsWithDue(aheadMs = 0): Promise<ActorDbid[]> {
    const [submitted, expired, paused] = await Promise.all([
      this.database.run(() => this.model.distinct('actor_id', { status: 'SUBMITTED' }).exec()),
      this.database.run(() => this.model.distinct('actor_id', { status: 'RUNNING', ...leaseIsOver }).exec()),
      this.retries.actors(aheadMs),
    ]);
    return [...new Set([...submitted, ...expired, ...paused] as ActorDbid[])];
  }

  /** RUNNING executions claimed by a host, with an attempt under way. */
  async listRunning(host: HostId): Promise<ExecutionRecord[]> {
    const stored = await this.database.run(() =>
      this.model
        .find({ host_id: host, ...attemptUnderWay })
        .lean<ExecutionRecord[]>()
        .exec(),
    );
    return stored.map(executionFromStored);
  }

  /** Workers of a host whose attempts still hold their leases. */
  async workersWithLease(host: HostId): Promise<WorkerId[]> {
    const workers = await this.database.run(() =>
      this.model.distinct('worker_id', { host_id: host, ...attemptUnderWay, ...leaseHolds }).exec(),
    );
    return workers.filter((worker): worker is WorkerId => typeof worker === 'string');
  }

  private async updateRunning(
    execution: ExecutionDbid,
    attempt: number,
    pipeline: { $set: object }[],
    concern: Partial<typeof unjournaled> = {},
    also: object = {},
  ): Promise<boolean> {
    const { matchedCount } = await this.database.run(() =>
      this.model
        .updateOne({ _id: execution, ...attemptUnderWay, attempt, ...also }, pipeline, {
          updatePipeline: true,
          ...concern,
        })
        .exec(),
    );
    return matchedCount === 1;
  }
}
