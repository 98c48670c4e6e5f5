import { setTimeout as delay } from 'node:timers/promises';
import { inspect } from 'node:util';

/**
 * Waits until `probe` returns something truthy, and returns it. A probe that throws counts as "not yet".
 * @param everyMs the pause between two probes: longer for those that cost something
 * @throws Error with `what` and the last failure after `deadlineMs` (default 30,000)
 */
export async function eventually<T>(
  what: string,
  probe: () => T | Promise<T>,
  deadlineMs = 30_000,
  everyMs = 50,
): Promise<Exclude<NonNullable<T>, false>> {
  const end = performance.now() + deadlineMs;
  let last: unknown;
  do {
    try {
      const value = await probe();
      if (value) return value as Exclude<NonNullable<T>, false>;
      last = value;
    } catch (error) {
      last = error;
    }
    await delay(everyMs);
  } while (performance.now() < end);
  throw new Error(`Waited ${deadlineMs} ms in vain: ${what}. Last seen: ${inspect(last)}`);
}
