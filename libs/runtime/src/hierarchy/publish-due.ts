import type { ActorDbid } from '@abaco/contract';
import type { RuntimeServices } from '../runtime-services.js';
import { mailboxName } from './mailbox-name.js';

/** A record that waits for so long although the queue is empty is in no queue any more, milliseconds. */
const DUE_AFTER_MS = 5_000;
const BATCH = 100;

/**
 * Publishes again what no queue holds: while a worker is idle the queue is empty, so whatever has been waiting for longer was
 * lost between record and queue, or its worker died.
 * @returns how many executions of the actor have been waiting for so long, at most 100
 */
export async function publishDue(
  { store, broker }: RuntimeServices,
  actor: ActorDbid,
  { queueIsEmpty }: { queueIsEmpty: boolean },
): Promise<number> {
  const due = await store.executions.findDue(actor, DUE_AFTER_MS, BATCH);
  if (queueIsEmpty && broker.state === 'connected') {
    for (const execution of due) {
      await broker.publish(mailboxName(actor), { id: execution._id, body: Buffer.alloc(0) });
    }
  }
  return due.length;
}
