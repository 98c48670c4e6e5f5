import { Inject, Injectable } from '@nestjs/common';
import type { Caller } from '@abaco/access';
import { actorDbid, type ActorId } from '@abaco/contract';
import type { ActorRecord, DeliveryRecord, PageRequest } from '@abaco/store';
import { ActorNotFound } from '../errors.js';
import type { RuntimeServices } from '../runtime-services.js';
import { RUNTIME_SERVICES } from '../tokens.js';

/** A delivery, and when its next attempt is due; null: it is over, or waits for an earlier one to the same target. */
export interface ListedDelivery extends DeliveryRecord {
  readonly next_attempt: Date | null;
}

/** What became of the events of actors. */
@Injectable()
export class Deliveries {
  constructor(@Inject(RUNTIME_SERVICES) private readonly services: RuntimeServices) {}

  /** The newest first, one more than the page holds when there are more. @throws ActorNotFound */
  async list(
    caller: Caller,
    id: ActorId,
    page: PageRequest,
  ): Promise<{ actor: ActorRecord; deliveries: ListedDelivery[] }> {
    const { actors, events } = this.services.store;
    const actor = await actors.find(actorDbid(caller.tenant, id));
    if (!actor) throw new ActorNotFound(id);
    const [deliveries, next] = await Promise.all([
      events.listOfActor(actor._id, page),
      events.nextAttemptsOf(actor._id),
    ]);
    return {
      actor,
      deliveries: deliveries.map((delivery) => ({ ...delivery, next_attempt: next.get(delivery._id) ?? null })),
    };
  }
}
