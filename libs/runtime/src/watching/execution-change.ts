import type { ExecutionDbid } from '@abaco/contract';

/** Something of an execution that can be watched. */
export type Watchable = 'status' | 'log' | 'result';

/** Something of an execution is in the store that was not there before. */
export interface ExecutionChange {
  readonly execution: ExecutionDbid;
  readonly what: Watchable;
}
