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

/** A nact actor, lent to a runnable for as long as it has work. */
export type Slot = nact.Ref<Runnable>;

/** Slots without work that are kept for the next runnable. */
const SPARE_SLOTS = 1_024;

const runTick = (_state: undefined, runnable: Runnable) => runnable.run() as Promise<undefined>;
const slotProperties: nact.ActorProps<undefined, Runnable, nact.ActorSystemRef> = {
  afterStop: () => undefined,
  // A tick that throws is a defect of this library; nact would print it and stop the slot.
  onCrash: (_message, _error, context) => context.resume,
};

/**
 * nact as a scheduler of ticks. nact runs a tick from `setImmediate`, so that the event loop polls I/O between two turns, and
 * does not start the next one of a nact actor before the promise of the last has settled.
 *
 * Every runnable with work has a nact actor to itself; one without work has none, because a nact actor keeps more than
 * 1 kB of heap also when idle. All of them are children of nact's root: a nact parent copies its map of children for every message.
 */
export class Scheduler {
  private readonly root = nact.start();
  private readonly spare: Slot[] = [];
  private slots = 0;
  private turnStartedAt = 0;
  private turnOpen = false;
  private readonly closeTurn = () => {
    this.turnOpen = false;
  };

  /** Queues the first tick of a runnable that has no slot. */
  wake(runnable: Runnable): Slot {
    const slot = this.spare.pop() ?? this.makeSlot();
    nact.dispatch(slot, runnable);
    return slot;
  }

  /** Queues the next tick. */
  again(slot: Slot, runnable: Runnable): void {
    nact.dispatch(slot, runnable);
  }

  /** The runnable's tick ends and it needs no other. */
  release(slot: Slot): void {
    if (this.spare.length < SPARE_SLOTS) this.spare.push(slot);
    else this.drop(slot);
  }

  /** Gives a slot up whose tick may never end. A queued tick does not run any more. */
  drop(slot: Slot): void {
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
    for (const slot of this.spare.splice(0)) this.drop(slot);
    nact.stop(this.root);
  }

  private makeSlot(): Slot {
    this.slots += 1;
    return nact.spawn(this.root, runTick, this.slots.toString(36), slotProperties);
  }
}
