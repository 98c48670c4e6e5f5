import { setImmediate } from 'node:timers/promises';

/**
 * Resolves once `condition` holds, which it checks in every turn of the event loop.
 * @param deadlineMs real time, default 5,000
 * @throws Error after the deadline.
 */
export async function eventually(condition: () => boolean, deadlineMs = 5_000): Promise<void> {
  const end = performance.now() + deadlineMs;
  while (!condition()) {
    if (performance.now() >= end) throw new Error(`Not within ${deadlineMs} ms: ${condition.toString()}`);
    await setImmediate();
  }
}
