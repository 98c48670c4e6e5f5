import { setTimeout as delay } from 'node:timers/promises';
import { ImagePullFailed } from '@abaco/engine';

const LONGEST_MS = 60_000;

/**
 * Milliseconds between a failed pull and the next: doubled each time up to a minute, of which a random part up to a half is taken off, so
 * that the hosts that a registry has refused do not come back together.
 * @param failures so far, from 1
 * @param random from 0 to 1
 */
export function pullDelay(failures: number, firstMs: number, random = Math.random()): number {
  const whole = Math.min(LONGEST_MS, firstMs * 2 ** Math.min(failures - 1, 30));
  return Math.round(whole * (1 - random / 2));
}

export interface PullRetry {
  readonly attempts: number;
  readonly firstDelayMs: number;
  /** Ends a wait at once: then the reason is thrown. */
  readonly signal: AbortSignal;
  /** @param delayMs until the next attempt */
  readonly onRetry: (error: ImagePullFailed, failures: number, delayMs: number) => void;
}

/** Repeats a pull whose failure may pass by itself. @throws what the last attempt, or one that cannot be repeated, has thrown */
export async function withRetries<T>(pull: () => Promise<T>, retry: PullRetry): Promise<T> {
  for (let failures = 1; ; failures++) {
    try {
      return await pull();
    } catch (error) {
      if (!(error instanceof ImagePullFailed) || !error.transient || failures >= retry.attempts) throw error;
      const delayMs = pullDelay(failures, retry.firstDelayMs);
      retry.onRetry(error, failures, delayMs);
      await delay(delayMs, undefined, { signal: retry.signal });
    }
  }
}
