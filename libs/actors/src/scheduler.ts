import nact from 'nact';

/** Messages that an actor may handle before others get their turn. */
export const MESSAGES_PER_TICK = 64;
/** How long one actor may keep the thread, milliseconds; a single handler that blocks longer cannot be interrupted. */
const TICK_MS = 4;
/** How long all actors together may keep one turn of the event loop before each gets one message only, milliseconds. */
const TURN_MS = 12;

/** Something with work to do, run by the scheduler, never twice at the same time. */
export interface Runnable {
  /** One tick. Must not throw. */
  run(): Promise<void>;
}

/** A runnable's place in the scheduler. */
export type Slot = nact.Ref<Runnable>;

const runTick = (_state: undefined, runnable: Runnable) => runnable.run() as Promise<undefined>;
const slotProperties: nact.ActorProps<undefined, Runnable, nact.ActorSystemRef> = {
  afterStop: () => undefined,
  // A tick that throws is a defect of this library; nact would print it and stop the slot.
  onCrash: (_message, _error, context) => context.resume,
};

/**
 * nact as a scheduler of ticks: one nact actor per runnable, all of them children of nact's root, because a nact parent
 * copies its map of children for every message that it gets. nact runs a tick from `setImmediate`, so that the event loop
 * polls I/O between two turns, and does not start the next one before the promise of the last has settled.
 */
export class Scheduler {
  private readonly root = nact.start();
  private slots = 0;
  private turnStartedAt = 0;
  private turnOpen = false;
  private readonly closeTurn = () => {
    this.turnOpen = false;
  };

  add(): Slot {
    this.slots += 1;
    return nact.spawn(this.root, runTick, this.slots.toString(36), slotProperties);
  }

  /** Queues one tick. */
  wake(slot: Slot, runnable: Runnable): void {
    nact.dispatch(slot, runnable);
  }

  /** Frees the slot; a queued tick does not run any more. */
  remove(slot: Slot): void {
    nact.stop(slot as nact.Ref<never>);
  }

  /** When the tick that begins now must end, on the clock of `performance.now()`. */
  beginTick(): number {
    const now = performance.now();
    if (!this.turnOpen) {
      this.turnOpen = true;
      this.turnStartedAt = now;
      setImmediate(this.closeTurn);
    }
    return now - this.turnStartedAt < TURN_MS ? now + TICK_MS : now;
  }

  close(): void {
    nact.stop(this.root);
  }
}
