import { isFinal, type ActorDbid } from '@abaco/contract';
import type { RuntimeServices } from '../runtime-services.js';
import { mailboxName } from './mailbox-name.js';

/** Drops the waiting messages of an actor; their executions end in ERROR. @returns how many */
export async function purgeMailbox({ store, broker }: RuntimeServices, actor: ActorDbid): Promise<number> {
  const bodies = await store.executions.waitingWithBody(actor);
  const dropped = await store.executions.abandonWaiting(actor, 'The message was purged from the mailbox.');
  for (const id of bodies) {
    // one that a worker has claimed in the meantime still needs its body
    const execution = await store.executions.find(id);
    if (!execution || !isFinal(execution.status)) continue;
    const { message } = execution;
    await store.bodies.delete('body' in message ? (message.body ?? id) : id);
  }
  await broker.purge(mailboxName(actor));
  return dropped;
}
