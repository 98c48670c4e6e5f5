import type { RuntimeServices } from '../runtime-services.js';
import { mailboxName } from './mailbox-name.js';

/**
 * Takes up what a former process of this host left. Its workers are gone. Its running executions are offered again: the
 * worker that takes one adopts the container if there is one, and starts a new attempt otherwise.
 */
export async function recoverHost(services: RuntimeServices): Promise<void> {
  const { store, broker, hostId, logger } = services;
  const workers = await store.workers.deleteOnHost(hostId);
  await store.events.releaseLanesOf(hostId);
  const running = await store.executions.listRunning(hostId);
  for (const execution of running) {
    if (!(await store.executions.release(execution._id, execution.attempt, 'The server that ran it was stopped.')))
      continue;
    await broker.publish(mailboxName(execution.actor_id), { id: execution._id, body: Buffer.alloc(0) });
  }
  if (workers > 0 || running.length > 0) {
    logger.info({ workers, executions: running.length }, 'Took up the work of a former process of this host');
  }
}
