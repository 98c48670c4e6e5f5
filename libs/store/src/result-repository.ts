import type { ExecutionDbid } from '@abaco/contract';

/** Results that actors sent over their socket; each is read once, in order, and expires. */
export declare class ResultRepository {
  /** @param expires absolute; contract: 20 minutes without access. */
  append(entry: { execution: ExecutionDbid; attempt: number; seq: number; data: Buffer; expires: Date }): Promise<void>;
  /** Takes the oldest entry away and returns it; pushes the expiry of the others to `expires`. */
  pop(execution: ExecutionDbid, expires: Date): Promise<Buffer | null>;
}
