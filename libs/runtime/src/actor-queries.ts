import type { Caller } from '@abaco/access';
import type { ActorId, ExecutionId, WorkerId } from '@abaco/contract';
import type { ActorRecord, ExecutionRecord, ExecutionSummary, ExecutionTotals, WorkerRecord } from '@abaco/store';

/** The read side: answers from the store, limited to the caller's tenant. Nest provider. */
export declare class ActorQueries {
  listActors(caller: Caller): Promise<ActorRecord[]>;
  /** @throws ActorNotFound */
  actor(caller: Caller, actor: ActorId): Promise<ActorRecord>;
  /** Waiting messages, not the ones being executed. @throws ActorNotFound */
  countMessages(caller: Caller, actor: ActorId): Promise<{ actor: ActorRecord; messages: number }>;
  /** @throws ActorNotFound */
  executions(
    caller: Caller,
    actor: ActorId,
  ): Promise<{ actor: ActorRecord; totals: ExecutionTotals; executions: ExecutionSummary[] }>;
  /** @throws ActorNotFound, ExecutionNotFound */
  execution(caller: Caller, actor: ActorId, execution: ExecutionId): Promise<ExecutionRecord>;
  /** `""` when there are none. @throws ActorNotFound, ExecutionNotFound */
  logs(caller: Caller, actor: ActorId, execution: ExecutionId): Promise<{ actor: ActorRecord; logs: string }>;
  /** Takes one result away; empty when there is none, also for an unknown execution. */
  nextResult(caller: Caller, actor: ActorId, execution: ExecutionId): Promise<Buffer>;
  /** @throws ActorNotFound */
  workers(caller: Caller, actor: ActorId): Promise<WorkerRecord[]>;
  /** @throws ActorNotFound, WorkerNotFound */
  worker(caller: Caller, actor: ActorId, worker: WorkerId): Promise<WorkerRecord>;
  /** Which parts the service depends on answer now. Never throws. */
  health(): Promise<{ store: boolean; broker: boolean; engine: boolean }>;
}
