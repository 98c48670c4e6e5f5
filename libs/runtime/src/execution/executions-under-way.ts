import type { ExecutionDbid } from '@abaco/contract';

/**
 * What this process runs. A lease that has run out while the store was away would let a second worker of the same process take
 * the execution, and the two would fight over one container.
 */
export class ExecutionsUnderWay {
  private readonly runs = new Map<ExecutionDbid, object>();

  /** @returns false when another run of this process has the execution */
  enter(execution: ExecutionDbid, run: object): boolean {
    if (this.runs.has(execution)) return false;
    this.runs.set(execution, run);
    return true;
  }

  /** Does nothing when the run has left already, whoever has entered since. */
  leave(execution: ExecutionDbid, run: object): void {
    if (this.runs.get(execution) === run) this.runs.delete(execution);
  }
}
