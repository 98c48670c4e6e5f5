import { isFinal, type ActorDbid } from '@abaco/contract';
import type { EndedWaiting } from '@abaco/store';
import type { RuntimeServices } from '../runtime-services.js';
import { mailboxName } from './mailbox-name.js';

/** Drops the waiting messages of an actor; their executions end in ERROR. @returns how many */
export async function purgeMailbox({ store, broker }: RuntimeServices, actor: ActorDbid): Promise<number> {
  const dropped = await store.executions.waiting.abandonAll(
    actor,
    'The message was purged from the mailbox.',
    dropBodies,
  );
  await broker.purge(mailboxName(actor));
  return dropped;

  async function dropBodies(ended: readonly EndedWaiting[]): Promise<void> {
    for (const { _id, message } of ended) {
      // one that a worker has claimed in the meantime still needs its body
      const execution = await store.executions.find(_id);
      if (execution && isFinal(execution.status))
        await store.bodies.delete('body' in message ? (message.body ?? _id) : _id);
    }
  }
}
