import type { Cancel } from './context.js';

/** Where an actor system gets its time from. `ManualClock` is the one for tests. */
export interface Clock {
  /** Milliseconds of a monotonic clock; only differences mean something. */
  now(): number;
  /** Runs `callback` once, `delayMs` from now or later, never before this call has returned. */
  after(delayMs: number, callback: () => void): Cancel;
}

/** Longest delay of Node's timers: beyond 2^31-1 milliseconds they fire at once. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Real time. Delays longer than Node's timers allow work, too. */
export const systemClock: Clock = {
  now: () => performance.now(),
  after(delayMs, callback) {
    if (delayMs <= LONGEST_TIMER_MS) {
      const timer = setTimeout(callback, delayMs);
      return () => clearTimeout(timer);
    }
    let timer = setTimeout(
      function again(leftMs: number) {
        timer =
          leftMs > LONGEST_TIMER_MS
            ? setTimeout(again, LONGEST_TIMER_MS, leftMs - LONGEST_TIMER_MS)
            : setTimeout(callback, leftMs);
      },
      LONGEST_TIMER_MS,
      delayMs - LONGEST_TIMER_MS,
    );
    return () => clearTimeout(timer);
  },
};
