import type { Backoff } from './supervision.js';

/** Longest delay unless `maxMs` says otherwise, milliseconds. */
export const DEFAULT_MAX_MS = 10_000;
/** Doubling beyond this would leave the range of numbers; every `maxMs` is reached long before. */
const MOST_DOUBLINGS = 1_000;

/**
 * How long to wait after the failure number `failures` (from 0) in a row, milliseconds.
 * @param random from 0 to 1
 */
export function backoffDelay(failures: number, backoff: Backoff, random: number): number {
  const { minMs = 100, maxMs = DEFAULT_MAX_MS, jitter = 0.2 } = backoff;
  return Math.min(maxMs, minMs * 2 ** Math.min(failures, MOST_DOUBLINGS)) * (1 - jitter * random);
}
