import type { AbacoConfig } from '@abaco/config';
import { AllowedAddresses } from './allowed-addresses.js';
import { webhookBody } from './event-payload.js';
import type { Deliver } from './lane-delivery.js';
import { WebhookClient } from './webhook-client.js';
import { webhookHeaders } from './webhook-signature.js';

/** Posts an event to the webhook of its actor, signed when there is a secret. */
export function webhookDelivery(web: AbacoConfig['web']): Deliver {
  const client = new WebhookClient(new AllowedAddresses(web.webhook_allowed_networks), web.webhook_timeout * 1000);
  return (event, signal) => {
    const body = webhookBody(event);
    const headers = webhookHeaders(event._id, body, new Date(), web.webhook_secret);
    return client.post({ url: event.webhook, headers, body }, signal);
  };
}
