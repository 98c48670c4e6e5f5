import type { IncomingMessage } from 'node:http';
import { EngineUnavailable } from '../errors.js';
import type { EngineClient } from './engine-client.js';
import type { Inspection } from './inspection.js';

/** Milliseconds between looks at a container whose end we wait for: an engine that vanished without a word is found so. */
const CHECK_INTERVAL = 30_000;

/**
 * Resolves when the container is not running. To be called after the start: armed earlier, `next-exit` can miss the end.
 * @throws EngineUnavailable when the connection breaks or the engine stops answering
 */
export async function waitForExit(client: EngineClient, id: string): Promise<void> {
  const response = await client.open({
    method: 'POST',
    path: `/containers/${id}/wait`,
    query: { condition: 'not-running' },
    timeoutMs: CHECK_INTERVAL,
  });
  const check = setInterval(() => void checkRunning(client, id, response), CHECK_INTERVAL);
  try {
    let answer = '';
    for await (const chunk of response) answer += String(chunk);
    if (answer.trim() === '') throw new Error('the answer was empty');
  } catch (error) {
    if (response.errored instanceof Ended) return;
    const reason = error instanceof Error ? error.message : String(error);
    throw new EngineUnavailable(
      `The container engine at ${client.address.location} was lost while a container ran: ${reason}.`,
      { cause: error },
    );
  } finally {
    clearInterval(check);
    response.destroy();
  }
}

/** The container is known to have ended although nobody said so. */
class Ended extends Error {}

async function checkRunning(client: EngineClient, id: string, waiting: IncomingMessage): Promise<void> {
  try {
    const { State } = await client.json<Inspection>({ method: 'GET', path: `/containers/${id}/json` });
    if (!State.Running && !State.Paused && !State.Restarting) waiting.destroy(new Ended());
  } catch (error) {
    waiting.destroy(error as Error);
  }
}
