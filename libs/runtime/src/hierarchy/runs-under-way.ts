import type { ExecutionDbid } from '@abaco/contract';
import type { RunEnd } from '../execution/attempt-end.js';

/** What is known here of an `ExecutionRun`. */
export interface Run {
  readonly execution: ExecutionDbid;
  halt(): Promise<void>;
  leave(): void;
}

interface UnderWay<R extends Run> {
  readonly run: R;
  readonly end: Promise<RunEnd>;
}

/**
 * The runs of one worker: the one that has the sandbox, and the one before it, whose container has ended and whose end is still
 * being recorded.
 */
export class RunsUnderWay<R extends Run> {
  private current: UnderWay<R> | undefined;
  private concluding: UnderWay<R> | undefined;

  get isNone(): boolean {
    return !this.current && !this.concluding;
  }

  /** No run has the sandbox. */
  get isSandboxFree(): boolean {
    return !this.current;
  }

  /** Of the run that has the sandbox. */
  get execution(): ExecutionDbid | undefined {
    return this.current?.run.execution;
  }

  begin(run: R, end: Promise<RunEnd>): void {
    this.current = { run, end };
  }

  /**
   * The run gives the sandbox away before its end, unless the one before it has not ended either: while ends cannot be recorded,
   * no more are added to them.
   * @returns whether it has
   */
  conclude(run: R): boolean {
    if (this.current?.run !== run || this.concluding) return false;
    this.concluding = this.current;
    this.current = undefined;
    return true;
  }

  forget(run: R): void {
    if (this.current?.run === run) this.current = undefined;
    if (this.concluding?.run === run) this.concluding = undefined;
  }

  /** Halts the one that has the sandbox. */
  async halt(): Promise<void> {
    await this.current?.run.halt();
  }

  /** Waits for all, and leaves those that have not ended in time. @returns whether all have */
  async endWithin(ms: number): Promise<boolean> {
    const underWay = [this.current, this.concluding].filter((each) => each !== undefined);
    // how they ended is on record, or has reached the worker as a message
    const all = Promise.allSettled(underWay.map(({ end }) => end));
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<false>((resolve) => {
      timer = setTimeout(() => resolve(false), ms);
    });
    const ended = await Promise.race([all.then(() => true), deadline]);
    clearTimeout(timer);
    if (!ended) for (const { run } of underWay) run.leave();
    return ended;
  }
}
