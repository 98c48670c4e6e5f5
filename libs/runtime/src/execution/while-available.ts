import { setTimeout as delay } from 'node:timers/promises';
import { ServiceUnavailable } from '@abaco/contract';

const FIRST_DELAY_MS = 100;
const MAX_DELAY_MS = 2_000;

/**
 * Repeats `work` as long as the service behind it does not answer. `work` must be harmless to repeat.
 * @throws what `work` throws for another reason, or its last error once `signal` is aborted
 */
export async function whileAvailable<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (let wait = FIRST_DELAY_MS; ; wait = Math.min(wait * 2, MAX_DELAY_MS)) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof ServiceUnavailable) || signal.aborted) throw error;
    }
    // an abort ends the pause early; the next round then ends the loop
    await delay(wait, undefined, { signal }).catch(() => undefined);
  }
}
