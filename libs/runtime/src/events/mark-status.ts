import type { ActorDbid } from '@abaco/contract';
import type { ActorRecord } from '@abaco/store';
import { faultOf } from '../hierarchy/fault-retry.js';
import type { StartFailure } from '../hierarchy/start-failure.js';
import type { RuntimeServices } from '../runtime-services.js';
import { EventSource } from './event-source.js';

type Services = Pick<RuntimeServices, 'store' | 'config' | 'logger' | 'telemetry' | 'eventsDue'>;

/** A worker of the actor's revision has started: the actor is READY, with an event if it was not before. */
export async function markReady(services: Services, { _id, revision }: ActorRecord): Promise<void> {
  const { actors } = services.store;
  const actor = await actors.find(_id);
  const event =
    actor && actor.status !== 'READY' ? await new EventSource(services).ofActor(actor, 'ACTOR_READY', ' ') : undefined;
  const changed = await actors.markReady(_id, revision, event);
  if (changed && event) services.eventsDue.publish({ actor: _id });
  if (changed && actor?.status === 'ERROR') {
    services.logger.info({ actor: _id, cause: actor.fault?.cause, tries: actor.fault?.tries }, 'Actor is out of ERROR');
    services.telemetry.actorRecovered?.(actor.fault?.cause ?? 'containers');
  }
}

/**
 * The actor cannot work, with an event when it could before. It is tried again when its cause may be gone.
 * @returns whether it is so; false when it has a newer revision or is gone
 */
export async function markError(
  services: Services,
  id: ActorDbid,
  revision: number,
  { cause, reason }: StartFailure,
): Promise<boolean> {
  const { actors } = services.store;
  const actor = await actors.find(id);
  const event = actor ? await new EventSource(services).ofActor(actor, 'ACTOR_ERROR', reason) : undefined;
  const tries = actor?.status === 'ERROR' ? (actor.fault?.tries ?? 0) : 0;
  const fault = faultOf(cause, tries, services.config.workers);
  if (!(await actors.markError(id, revision, reason, fault, event))) return false;
  if (event) services.eventsDue.publish({ actor: id });
  services.logger.warn({ actor: id, cause, reason, tries, retryAt: fault.retry_at }, 'Actor is in ERROR');
  if (actor?.status !== 'ERROR') services.telemetry.actorFaulted?.(cause);
  return true;
}
