import { type AbacoConfig, tenantConfig } from '@abaco/config';
import { AllowedAddresses } from './allowed-addresses.js';
import { webhookBody } from './event-payload.js';
import type { Deliver } from './lane-delivery.js';
import { WebhookClient } from './webhook-client.js';
import { webhookHeaders } from './webhook-signature.js';

/** Posts an event to the webhook of its actor, signed when there is a secret of its tenant or of the instance. */
export function webhookDelivery(config: AbacoConfig): Deliver {
  const { webhook_allowed_networks: networks, webhook_timeout: seconds } = config.web;
  const client = new WebhookClient(new AllowedAddresses(networks), seconds * 1000);
  return (event, signal) => {
    const body = webhookBody(event);
    const { webhook_secret: secret } = tenantConfig(config, event.tenant);
    const headers = webhookHeaders(event._id, body, new Date(), secret);
    return client.post({ url: event.webhook, headers, body }, signal);
  };
}
