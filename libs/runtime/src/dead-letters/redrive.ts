import type { Caller } from '@abaco/access';
import type { ExecutionId } from '@abaco/contract';
import type { ActorRecord } from '@abaco/store';
import type { RedrivenMailbox } from '../answers.js';
import { MessageNotAccepted } from '../errors.js';
import type { RuntimeServices } from '../runtime-services.js';
import { DeadLetterNotFound } from './errors.js';
import { type Redriven, redriveDeadLetter } from './redrive-dead-letter.js';

/** Dead letters that one request sends again. */
const AT_ONCE = 100;

/**
 * Sends the message of one dead letter again, or of up to 100, the longest dead first, within the quotas of tenant and caller.
 * @throws DeadLetterNotFound, MessageNotAccepted, QuotaExceeded; some may have been sent then
 */
export async function redrive(
  services: RuntimeServices,
  actor: ActorRecord,
  caller: Caller,
  execution: ExecutionId | undefined,
): Promise<RedrivenMailbox> {
  const { broker, quotas, store } = services;
  const { deadLetters } = store.executions;
  if (broker.state !== 'connected') {
    throw new MessageNotAccepted('The message broker does not answer: nothing was sent again. Try again later.');
  }
  if (broker.isAlarmed) {
    throw new MessageNotAccepted(
      'The message broker is short of memory or disk: nothing was sent again. Try again later.',
    );
  }
  const ids =
    execution === undefined
      ? (await deadLetters.list(actor._id, { size: AT_ONCE })).slice(0, AT_ONCE).map(({ id }) => id)
      : [execution];
  const redriven: Redriven[] = [];
  for (const id of ids) {
    try {
      redriven.push(await quotas.send(caller, actor.tenant, () => redriveDeadLetter(services, actor, id)));
    } catch (error) {
      // one of many that somebody has just removed
      if (execution !== undefined || !(error instanceof DeadLetterNotFound)) throw error;
    }
  }
  return { redriven, remaining: await deadLetters.count(actor._id) };
}
