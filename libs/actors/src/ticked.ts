import { Addressee } from './addressee.js';
import { MESSAGES_PER_TICK, type Runnable, TICK_MS } from './scheduler.js';

/** There is nothing to do until something wakes the cell. */
export const IDLE = Symbol('idle');
/** What one step left: a promise to wait for before the next one (it never rejects), or nothing to wait for. */
export type Step = Promise<void> | typeof IDLE | undefined;

/** An addressee that does one step at a time, as many of them in a tick as it may, and rests when it has nothing to do. */
export abstract class Ticked<Self extends Ticked<Self>> extends Addressee<Self> implements Runnable {
  private state: 'resting' | 'scheduled' | 'ticking' = 'resting';
  /** The scheduler may be closed: what is left to do is done without it. */
  private detached = false;

  /** A step runs, perhaps an asynchronous one. */
  get ticking(): boolean {
    return this.state === 'ticking';
  }

  /** A step is due or runs. */
  get busy(): boolean {
    return this.state !== 'resting';
  }

  wake(): void {
    if (this.state === 'resting') this.schedule();
  }

  tick(turnEndsAt: number): boolean {
    this.state = 'ticking';
    const endsAt = Math.min(turnEndsAt, performance.now() + TICK_MS);
    for (let left = MESSAGES_PER_TICK; ; left -= 1) {
      const step = this.step();
      if (step === IDLE) {
        this.rest();
        return false;
      }
      if (step !== undefined) {
        void step.then(() => this.proceed());
        return true;
      }
      if ((left === 1 || performance.now() >= endsAt) && !this.detached) {
        this.schedule();
        return false;
      }
    }
  }

  /** Must not throw. */
  protected abstract step(): Step;

  /** Goes on without the scheduler. @returns whether a step runs now; others follow it until there is nothing left to do */
  protected detach(): boolean {
    this.detached = true;
    return this.state === 'ticking';
  }

  private proceed(): void {
    if (this.detached) this.tick(Infinity);
    else this.schedule();
  }

  private schedule(): void {
    this.state = 'scheduled';
    this.environment.scheduler.schedule(this);
  }

  private rest(): void {
    this.state = 'resting';
    this.shrink();
  }
}
