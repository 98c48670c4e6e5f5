/** First delay between two attempts to connect, in milliseconds. */
export const MIN_RECONNECT_DELAY_MS = 100;
/** Longest delay between two attempts to connect, in milliseconds. */
export const MAX_RECONNECT_DELAY_MS = 2_000;

/**
 * Delays between attempts to connect: doubling from 100 ms to 2 s, each shortened by up to a quarter at random (but never
 * under 100 ms) so that the clients of a restarted broker do not come back in step.
 */
export class ReconnectBackoff {
  private attempts = 0;

  /** @param random returns a number in [0, 1); default `Math.random`. */
  constructor(private readonly random: () => number = Math.random) {}

  /** The delay before the next attempt, in milliseconds. */
  next(): number {
    const ceiling = Math.min(MAX_RECONNECT_DELAY_MS, MIN_RECONNECT_DELAY_MS * 2 ** Math.min(this.attempts, 10));
    this.attempts++;
    return Math.max(MIN_RECONNECT_DELAY_MS, Math.round(ceiling * (1 - this.random() / 4)));
  }

  /** Starts over at the shortest delay: to be called after a connection that lasted. */
  reset(): void {
    this.attempts = 0;
  }
}
