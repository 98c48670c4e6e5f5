import type { EngineLogger } from '../logger.js';
import type { EngineClient } from './engine-client.js';
import { isRefusal } from './engine-refusal.js';

/** Contract 4.11. */
const ATTEMPTS = 10;
const PAUSE_MS = 1000;
/** Another request removes the container already: it is gone in a moment. */
const IN_PROGRESS_PAUSE_MS = 100;

/**
 * Removes a container, running or not, with its anonymous volumes. Bounded; never throws: what could not be removed is logged.
 * @param container id or name
 */
export async function discardContainer(client: EngineClient, container: string, logger: EngineLogger): Promise<void> {
  let failure: unknown;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    try {
      await client.json({ method: 'DELETE', path: `/containers/${container}`, query: { force: true, v: true } });
      return;
    } catch (error) {
      if (isRefusal(error, 404)) return;
      failure = error;
      if (!mayHelpToRetry(error)) break;
    }
    await new Promise((resolve) => setTimeout(resolve, isRefusal(failure, 409) ? IN_PROGRESS_PAUSE_MS : PAUSE_MS));
  }
  logger.warn({ container, err: failure }, 'a container could not be removed');
}

/** Contract 4.11: the disk is still busy. 409: the removal is in progress, and a 404 will tell its end. */
function mayHelpToRetry(error: unknown): boolean {
  return (
    isRefusal(error, 409) ||
    (isRefusal(error) &&
      /device or resource busy|failed to remove root filesystem|driver failed to remove/i.test(error.reason))
  );
}
