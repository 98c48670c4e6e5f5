import type { ExecutionDbid } from '@abaco/contract';
import type { Watchable } from './execution-change.js';

/** Somebody's look at one execution. It says that there is something to read, never what: the store is the truth. */
export class ExecutionWatch {
  /** What there was before the watch began is to be read too. */
  private pending = true;
  private wake: (() => void) | undefined;
  private readonly over = new AbortController();

  /** @param onEnd called once */
  constructor(
    readonly execution: ExecutionDbid,
    private readonly interest: ReadonlySet<Watchable>,
    private readonly onEnd: () => void,
  ) {}

  get ended(): boolean {
    return this.over.signal.aborted;
  }

  /** Aborts when the watch ends. */
  get signal(): AbortSignal {
    return this.over.signal;
  }

  notify(what: Watchable): void {
    if (!this.interest.has(what)) return;
    this.pending = true;
    this.wake?.();
  }

  isFor(what: Watchable): boolean {
    return this.interest.has(what);
  }

  /** Whoever watches reads what there is, from here on: only what happens later is a change. */
  catchUp(): void {
    this.pending = false;
  }

  /**
   * Waits until something may have changed since the last call; the first call returns at once, unless `catchUp` was called before.
   * @param ms longest wait, milliseconds
   * @returns whether there may be a change; false also when the watch has ended
   */
  async changed(ms: number): Promise<boolean> {
    if (!this.pending && !this.ended) await this.wakeOrTimeout(ms);
    const changed = this.pending && !this.ended;
    this.pending = false;
    return changed;
  }

  /** Ends the watch and whoever waits in {@link changed}. It may be called again. */
  end(): void {
    if (this.ended) return;
    this.over.abort();
    this.wake?.();
    this.onEnd();
  }

  private wakeOrTimeout(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.wake = undefined;
        resolve();
      };
      const timer = setTimeout(done, Math.max(0, ms));
      this.wake = done;
    });
  }
}
