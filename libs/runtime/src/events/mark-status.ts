import type { ActorDbid } from '@abaco/contract';
import type { ActorRecord } from '@abaco/store';
import type { RuntimeServices } from '../runtime-services.js';
import { EventSource } from './event-source.js';

type Services = Pick<RuntimeServices, 'store' | 'logger' | 'eventsDue'>;

/** A worker of the actor's revision has started: the actor is READY, with an event if it was not before. */
export async function markReady(services: Services, { _id, revision }: ActorRecord): Promise<void> {
  const { actors } = services.store;
  const actor = await actors.find(_id);
  const event =
    actor && actor.status !== 'READY' ? await new EventSource(services).ofActor(actor, 'ACTOR_READY', ' ') : undefined;
  const changed = await actors.markReady(_id, revision, event);
  if (changed && event) services.eventsDue.publish({ actor: _id });
}

/** The actor cannot work, with an event. @returns whether it changed. */
export async function markError(
  services: Services,
  id: ActorDbid,
  revision: number,
  message: string,
): Promise<boolean> {
  const { actors } = services.store;
  const actor = await actors.find(id);
  const event = actor ? await new EventSource(services).ofActor(actor, 'ACTOR_ERROR', message) : undefined;
  const changed = await actors.markError(id, revision, message, event);
  if (changed && event) services.eventsDue.publish({ actor: id });
  return changed;
}
