import nact from 'nact';
import { Queue } from './queue.js';

/** Messages that an actor may handle before others get their turn. */
export const MESSAGES_PER_TICK = 64;
/** How long one actor may keep the thread while others wait, milliseconds. */
export const TICK_MS = 4;
/** How long all actors together may keep one turn of the event loop, milliseconds. */
export const TURN_MS = 12;

/** Settled long ago: whoever awaits it comes behind the microtasks that wait already. */
const microtasks = Promise.resolve();

/** Something that has work to do now and then. */
export interface Runnable {
  /**
   * Works until it has nothing to do, has used up its tick, or `turnEndsAt` (on the clock of `performance.now()`) has come. Must
   * not throw. If work is left, it schedules itself again.
   * @returns whether it waits for a promise, so that microtasks may have work for it
   */
  tick(turnEndsAt: number): boolean;
}

/**
 * Whose turn it is. Runnables with work wait in one line; nact runs a turn, in which they tick one after the other.
 *
 * nact starts a turn from `setImmediate`, so that the event loop polls I/O between two of them. A turn that has run dry stays
 * open until the event loop has gone round, so that a chain of requests and replies does not wait for the event loop at each
 * link. Whatever happens, a turn ends after `TURN_MS`; only code that blocks the thread can hold it longer. So that this holds for
 * asynchronous handlers, too, what one does after its first `await` runs before the next runnable ticks.
 */
export class Scheduler {
  private readonly root = nact.start();
  private readonly turns = nact.spawn(this.root, () => this.turn() as Promise<undefined>, 'turns', {
    afterStop: () => undefined,
    // A turn that throws is a defect of this library; nact would print it and stop. The other runnables go on.
    onCrash: (_message: unknown, _error: unknown, context: nact.SupervisionContext<unknown, nact.ActorSystemRef>) => {
      this.end();
      return context.resume;
    },
  });
  private readonly ready = new Queue<Runnable>();
  /** A turn is asked for, runs, or waits for more. */
  private open = false;
  /** Wakes a turn that has run dry. */
  private goOn: (() => void) | undefined;

  /** Puts a runnable at the end of the line. It must not stand there already. */
  schedule(runnable: Runnable): void {
    this.ready.push(runnable);
    if (this.goOn) this.wake();
    else if (!this.open) this.ask();
  }

  close(): void {
    nact.stop(this.turns);
    nact.stop(this.root);
  }

  private ask(): void {
    this.open = true;
    nact.dispatch(this.turns, undefined);
  }

  private wake(): void {
    const { goOn } = this;
    this.goOn = undefined;
    goOn?.();
  }

  private async turn(): Promise<void> {
    const endsAt = performance.now() + TURN_MS;
    let wentRound = false;
    setImmediate(() => {
      wentRound = true;
      this.wake();
    });
    do {
      while (this.ready.size > 0 && performance.now() < endsAt) {
        if (this.ready.shift()?.tick(endsAt)) await microtasks;
      }
      if (this.ready.size > 0) break;
      await new Promise<void>((resolve) => (this.goOn = resolve));
    } while (!wentRound);
    this.end();
  }

  private end(): void {
    if (this.ready.size > 0) this.ask();
    else this.open = false;
  }
}
