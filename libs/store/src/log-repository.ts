import type { ActorDbid, ExecutionDbid, TenantId } from '@abaco/contract';

/** Logs of executions, in chunks, each with an absolute expiry date (TTL index). */
export declare class LogRepository {
  /** Adds a chunk. `seq` from 0 orders the chunks of one attempt; writing the same (execution, attempt, seq) twice is one chunk. */
  append(chunk: {
    execution: ExecutionDbid;
    actor: ActorDbid;
    tenant: TenantId;
    attempt: number;
    seq: number;
    text: string;
    /** null = never. */
    expires: Date | null;
  }): Promise<void>;
  /** The text of the highest attempt that has one; `""` when there is none or it has expired. */
  read(execution: ExecutionDbid): Promise<string>;
  deleteByActor(actor: ActorDbid): Promise<void>;
}
