const FIRST_MS = 1_000;
const LONGEST_MS = 3_600_000;

/**
 * Milliseconds between a failed attempt and the next: doubled each time from 1 s to an hour, of which a random part up to a half
 * is taken off, so that what failed together does not come back together.
 * @param attempts made so far, from 1
 * @param random from 0 to 1
 */
export function retryDelay(attempts: number, random = Math.random()): number {
  const whole = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempts - 1, 30));
  return Math.round(whole * (1 - random / 2));
}
