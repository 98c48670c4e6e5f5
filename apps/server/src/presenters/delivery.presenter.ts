import { Injectable } from '@nestjs/common';
import type { Caller } from '@abaco/access';
import { displayTime } from '@abaco/contract';
import type { ListedDelivery } from '@abaco/runtime';
import type { ActorRecord, EventRecord } from '@abaco/store';
import { WireFormat } from './wire-format.js';

/** Deliveries of events as the API shows them. */
@Injectable()
export class DeliveryPresenter {
  constructor(private readonly wire: WireFormat) {}

  list(caller: Caller, actor: ActorRecord, deliveries: readonly ListedDelivery[]): Record<string, unknown> {
    const links = this.wire.links(caller);
    return this.wire.object({
      actor_id: actor.id,
      owner: actor.owner,
      deliveries: deliveries.map((delivery) => this.wire.item(fields(delivery))),
      _links: { self: links.deliveries(actor.id), owner: links.profile(actor.owner) },
    });
  }
}

const fields = ({ event, ...delivery }: ListedDelivery): Record<string, unknown> => ({
  event_id: event._id,
  event_type: event.type,
  event_time: displayTime(event.time),
  execution_id: executionOf(event),
  target: delivery.target,
  address: addressOf(event, delivery.target),
  status: delivery.status,
  attempts: delivery.attempts,
  last_error: delivery.last_error,
  next_attempt_time: displayTime(delivery.next_attempt),
  delivered_time: displayTime(delivery.delivered_time),
  expires: displayTime(delivery.expires),
});

function executionOf({ payload }: EventRecord): string | null {
  const { execution_id } = JSON.parse(payload) as { execution_id?: string };
  return execution_id ?? null;
}

/** The id of the linked actor, or the webhook without its query, which may hold a nonce that the actor does not show any more. */
function addressOf({ link, webhook }: EventRecord, target: ListedDelivery['target']): string {
  if (target === 'link') return link.slice(link.lastIndexOf('_') + 1);
  return webhook.replace(/[?#].*$/s, '');
}
