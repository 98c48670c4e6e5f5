import { Addressee } from './addressee.js';
import { MESSAGES_PER_TICK, type Runnable, type Slot } from './scheduler.js';

/** There is nothing to do until something wakes the cell. */
export const IDLE = Symbol('idle');
/** What one step left: a promise to wait for before the next one, or nothing to wait for. */
export type Step = Promise<void> | typeof IDLE | undefined;

/** An addressee that does one step at a time, as many of them in a tick as the scheduler allows, and sleeps when it is idle. */
export abstract class Ticked<Self extends Ticked<Self>> extends Addressee<Self> implements Runnable {
  /** While a tick is queued or runs. */
  private slot: Slot | undefined;
  /** A tick runs, perhaps waiting for a step's promise. */
  private ticking = false;

  /** A step is due or runs. */
  get busy(): boolean {
    return this.ticking || this.slot !== undefined;
  }

  wake(): void {
    if (!this.busy) this.slot = this.environment.scheduler.wake(this);
  }

  async run(): Promise<void> {
    this.ticking = true;
    const { scheduler } = this.environment;
    const endAt = scheduler.beginTick();
    for (let left = MESSAGES_PER_TICK - 1; ; left -= 1) {
      const step = this.step();
      if (step === IDLE) break;
      if (step !== undefined) await step;
      // Without a slot there is no next tick, so it finishes in this one.
      if ((left === 0 || performance.now() >= endAt) && this.slot) {
        this.ticking = false;
        return scheduler.again(this.slot, this);
      }
    }
    this.ticking = false;
    this.shrink();
    if (this.slot) scheduler.release(this.slot);
    this.slot = undefined;
  }

  /** Must not throw. */
  protected abstract step(): Step;

  /** No tick begins any more. @returns whether one runs now; its steps go on until they are idle. */
  protected giveUpTicks(): boolean {
    if (this.slot) this.environment.scheduler.drop(this.slot);
    this.slot = undefined;
    return this.ticking;
  }
}
