import { setTimeout as pause } from 'node:timers/promises';
import { interruption } from './interruption.mjs';

/**
 * Asks `probe` every `everyMs` (default 100) until it answers with something truthy.
 * @returns that answer, or undefined after `timeoutMs`
 * @throws AbortError when `signal` aborts; without one, when this process is interrupted
 */
export async function until(probe, { timeoutMs, everyMs = 100, signal = interruption }) {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const answer = await probe();
    if (answer) return answer;
    if (performance.now() > deadline) return undefined;
    await pause(everyMs, undefined, { signal });
  }
}
