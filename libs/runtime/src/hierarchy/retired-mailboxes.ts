import type { ActorDbid } from '@abaco/contract';
import { type DeleteOptions, MailboxInUse } from '@abaco/mailbox';
import type { RuntimeServices } from '../runtime-services.js';
import { mailboxName } from './mailbox-name.js';

/**
 * Another process may publish a message for an actor so long after its deletion, milliseconds: it learns of that within 2 s, and a
 * publication ends within 40 s (twice a declaration and an outcome, 10 s each).
 */
const QUIET_AFTER_MS = 60_000;
const AGAIN_AFTER_MS = 20_000;
/** Each may take 5 s when its queue is in use. */
const AT_ONCE = 20;

type Services = Pick<RuntimeServices, 'store' | 'broker' | 'logger'>;

/**
 * Removes the queue of a deleted actor. On record before anything else, since a broker may be away, take a dead consumer for a
 * living one, or get one more message, which makes the queue anew: {@link removeRetiredMailboxes} does it again.
 */
export async function retireMailbox(services: Services, actor: ActorDbid): Promise<void> {
  await services.store.retiredMailboxes.retire(actor, QUIET_AFTER_MS);
  await removeQueue(services, actor);
}

/** Removes the queues of deleted actors that are due. Any number of hosts may do it at the same time. */
export async function removeRetiredMailboxes(services: Services): Promise<void> {
  const { retiredMailboxes } = services.store;
  const due: ActorDbid[] = [];
  while (due.length < AT_ONCE) {
    const actor = await retiredMailboxes.takeDue(AGAIN_AFTER_MS);
    if (actor === null) break;
    due.push(actor);
  }
  await Promise.all(due.map((actor) => removeAgain(services, actor)));
}

async function removeAgain(services: Services, actor: ActorDbid): Promise<void> {
  const { actors, retiredMailboxes, workers } = services.store;
  const record = await actors.find(actor);
  if (record && record.status !== 'SHUTTING_DOWN') {
    await retiredMailboxes.forget(actor);
    return;
  }
  // a worker lets go of its mailbox before its record goes: without any, what is still attached is dead
  const evenInUse = (await workers.list(actor)).length === 0;
  if (await removeQueue(services, actor, { evenInUse })) await retiredMailboxes.forgetQuiet(actor);
}

/** @returns whether it is gone now */
async function removeQueue(
  { broker, logger }: Services,
  actor: ActorDbid,
  options: DeleteOptions = {},
): Promise<boolean> {
  try {
    await broker.delete(mailboxName(actor), options);
    return true;
  } catch (error) {
    // it is on record, and holds nothing that could run
    const level = error instanceof MailboxInUse ? 'info' : 'warn';
    logger[level]({ actor, err: error }, 'The mailbox of a deleted actor could not be removed; it is tried again');
    return false;
  }
}
