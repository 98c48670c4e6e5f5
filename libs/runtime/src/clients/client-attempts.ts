import { setTimeout as delay } from 'node:timers/promises';
import type { AbacoConfig } from '@abaco/config';
import { ClientFailed } from './errors.js';

/**
 * Tries `oauth.attempts` times, `oauth.retry_seconds` apart (contract 7, steps 1 and 5); gives up at once on what no repetition cures.
 * @throws the error of the last attempt, or of the first one after `signal` was aborted
 */
export async function withAttempts<T>(
  { attempts, retry_seconds }: AbacoConfig['oauth'],
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      const isFinal = error instanceof ClientFailed && !error.retry;
      if (isFinal || attempt >= attempts || signal.aborted) throw error;
    }
    // an abort ends the pause early; the next round then ends the loop
    await delay(retry_seconds * 1000, undefined, { signal }).catch(() => undefined);
  }
}
