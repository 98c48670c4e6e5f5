import type { ActorDbid, ExecutionDbid, HostId, WorkerId } from '@abaco/contract';
import type { ExecutionOutcome, ExecutionRecord, ExecutionSummary, ExecutionTotals } from './execution-record.js';

/** Execution records: every atomic step of an execution's life is one method. All times are the database's. */
export declare class ExecutionRepository {
  insert(execution: ExecutionRecord): Promise<void>;
  find(execution: ExecutionDbid): Promise<ExecutionRecord | null>;
  findByIdempotencyKey(actor: ActorDbid, key: string): Promise<ExecutionRecord | null>;

  /**
   * SUBMITTED, or RUNNING with an expired lease, to RUNNING with `attempt` + 1, worker, host and a lease.
   * @returns the claimed record (status RUNNING, new attempt), or null when it is final, leased by another, or unknown.
   */
  claim(
    execution: ExecutionDbid,
    by: { workerId: WorkerId; hostId: HostId; leaseMs: number },
  ): Promise<ExecutionRecord | null>;

  /** Extends the lease of one attempt. @returns false when this attempt has lost it or the record is final. */
  renewLease(execution: ExecutionDbid, attempt: number, leaseMs: number): Promise<boolean>;

  /** RUNNING of this attempt: notes the moment just before the container was started. */
  markStarted(execution: ExecutionDbid, attempt: number, startTime: Date): Promise<boolean>;

  /** RUNNING of this attempt to COMPLETE or ERROR. @returns false when this attempt may not write any more. */
  finish(execution: ExecutionDbid, attempt: number, outcome: ExecutionOutcome): Promise<boolean>;

  /** SUBMITTED to ERROR: the message was not accepted, purged, or its actor deleted. @returns whether it changed. */
  abandon(execution: ExecutionDbid, reason: string): Promise<boolean>;

  /** All SUBMITTED of an actor to ERROR. @returns how many. */
  abandonSubmitted(actor: ActorDbid, reason: string): Promise<number>;

  /** RUNNING of this attempt whose container is gone: ends the lease now, so that the message can be taken again. */
  release(execution: ExecutionDbid, attempt: number): Promise<boolean>;

  /** Number of SUBMITTED executions: the waiting messages that users see. */
  countSubmitted(actor: ActorDbid): Promise<number>;

  /** SUBMITTED older than `olderThanMs`, or RUNNING with an expired lease, oldest first, at most `limit`. */
  findDue(actor: ActorDbid, olderThanMs: number, limit: number): Promise<ExecutionRecord[]>;

  /** Actors that have at least one execution that is SUBMITTED, or RUNNING with an expired lease. */
  actorsWithDue(): Promise<ActorDbid[]>;

  /** RUNNING executions claimed by a host. */
  listRunning(host: HostId): Promise<ExecutionRecord[]>;

  /** In order of creation. */
  summarize(actor: ActorDbid): Promise<{ totals: ExecutionTotals; executions: ExecutionSummary[] }>;
}
