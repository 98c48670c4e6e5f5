import { threadMs } from './thread-time.mjs';

/** How close to each other the looks at the time of the thread are: it is exact to a few milliseconds, and looking costs some µs. */
const LOOK_EVERY_MS = 20;

/** Repeats `work` until its thread has run for `ms`; what `between` does is not counted. @returns how many `work` did in a second */
async function repeat(work, ms, between) {
  let done = 0;
  let spent = 0;
  while (spent < ms) {
    const started = threadMs();
    const look = performance.now() + LOOK_EVERY_MS;
    do done += await work();
    while (!between && performance.now() < look);
    spent += threadMs() - started;
    await between?.();
  }
  return (done / spent) * 1000;
}

/**
 * The rate of `work`, which says how many it did, after a warm-up that lets the compiler settle.
 * @param between runs after each piece of work, uncounted
 */
export async function rateOf(work, { warmUpMs, measureMs }, between) {
  await repeat(work, warmUpMs, between);
  globalThis.gc();
  return repeat(work, measureMs, between);
}
