import type { ActorDbid } from '@abaco/contract';
import type { ActorRecord } from '@abaco/store';
import type { RuntimeServices } from '../runtime-services.js';
import { faultPause } from './fault-retry.js';

/**
 * Takes the next try of an actor in ERROR, for this process alone. If this process ends before it knows how the try has ended, the one
 * after it comes in its time.
 * @returns the actor, or null when no try is due, or another process has it
 */
export async function claimTry(
  { store, config, logger }: Pick<RuntimeServices, 'store' | 'config' | 'logger'>,
  id: ActorDbid,
): Promise<ActorRecord | null> {
  const actor = await store.actors.find(id);
  const fault = actor?.fault;
  if (!actor || actor.status !== 'ERROR' || !fault?.retry_at || fault.retry_at.getTime() > Date.now()) return null;
  const pause = faultPause(fault.cause, fault.tries + 1, config.workers);
  if (pause === undefined) return null; // the instance does not want it any more
  const claimed = await store.actors.faults.claim(id, actor.revision, fault, new Date(Date.now() + pause));
  if (!claimed) return null;
  logger.info(
    { actor: id, cause: fault.cause, tries: fault.tries + 1 },
    'Trying whether an actor in ERROR can have workers again',
  );
  return actor;
}
