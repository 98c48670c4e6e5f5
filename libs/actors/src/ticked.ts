import { Addressee } from './addressee.js';
import type { SpawnOptions } from './context.js';
import type { Environment } from './environment.js';
import { MESSAGES_PER_TICK, type Runnable, type Slot } from './scheduler.js';

/** There is nothing to do until something wakes the cell. */
export const IDLE = Symbol('idle');
/** What one step left: a promise to wait for before the next one, or nothing to wait for. */
export type Step = Promise<void> | typeof IDLE | undefined;

/** An addressee that does one step at a time, as many of them in a tick as the scheduler allows, and sleeps when it is idle. */
export abstract class Ticked<Self extends Ticked<Self>> extends Addressee<Self> implements Runnable {
  private slot: Slot | undefined;
  /** A tick is queued or runs. */
  private awake = false;
  /** A tick runs, perhaps waiting for a step's promise. */
  private ticking = false;

  protected constructor(environment: Environment, parent: Self | undefined, name: string, options: SpawnOptions) {
    super(environment, parent, name, options);
    this.slot = environment.scheduler.add();
  }

  /** A step is due or runs. */
  get busy(): boolean {
    return this.awake;
  }

  protected get inStep(): boolean {
    return this.ticking;
  }

  wake(): void {
    if (this.awake || !this.slot) return;
    this.awake = true;
    this.environment.scheduler.wake(this.slot, this);
  }

  async run(): Promise<void> {
    this.ticking = true;
    const endAt = this.environment.scheduler.beginTick();
    for (let left = MESSAGES_PER_TICK - 1; ; left -= 1) {
      const step = this.step();
      if (step === IDLE) break;
      if (step !== undefined) await step;
      // Without a slot there is no next tick, so it finishes in this one.
      if ((left === 0 || performance.now() >= endAt) && this.slot) {
        this.ticking = false;
        return this.environment.scheduler.wake(this.slot, this);
      }
    }
    this.ticking = this.awake = false;
    this.shrink();
  }

  /** Must not throw. */
  protected abstract step(): Step;

  /** Ends with the tick that runs now. */
  protected retire(): void {
    if (this.slot) this.environment.scheduler.remove(this.slot);
    this.slot = undefined;
  }
}
