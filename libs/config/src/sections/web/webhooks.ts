import { networks } from '../../network.js';
import { integer, type Options, text } from '../../option.js';

/** Delivery of events to links and webhooks. */
export interface WebhooksConfig {
  /** Networks or addresses beside the public ones that webhooks may lead to. Default none. */
  readonly webhook_allowed_networks: readonly string[];
  /** `whsec_` and base64; signs webhooks of tenants without a secret of their own. Default none: no signature. */
  readonly webhook_secret: string;
  /** Seconds that a webhook may take to answer. Default 10. */
  readonly webhook_timeout: number;
  /** Attempts to deliver an event. Default 20. */
  readonly event_max_attempts: number;
  /** Seconds after which an event gets no further attempt. Default 86,400. */
  readonly event_max_age: number;
}

export const webhooks: Options<WebhooksConfig> = {
  webhook_allowed_networks: networks({
    help: 'Networks that are not public and that webhooks may lead to, such as 10.1.0.0/16 or fd00:1::/32; or single addresses. Every other private, local or special address is refused when the connection is made.',
    default: [],
  }),
  webhook_secret: text({
    help: 'Secret that webhooks are signed with (Standard Webhooks: webhook-signature): whsec_ and 24 to 64 bytes in base64, for example `echo whsec_$(openssl rand -base64 32)`. Empty: no signature. A tenant may have one of its own (tenants.TENANT_webhook_secret): who can check signatures can make them.',
    default: '',
    secret: 'whole',
    pattern: /^$|^whsec_[A-Za-z0-9+/]{32,86}={0,2}$/,
    allowed: 'whsec_ and base64 of 24 to 64 bytes',
  }),
  webhook_timeout: integer({ help: 'Seconds that a webhook may take to answer.', default: 10, min: 1, max: 30 }),
  event_max_attempts: integer({
    help: 'Attempts to deliver an event to a link or a webhook: after 1 s, then twice as long each time, up to an hour.',
    default: 20,
    min: 1,
    max: 1_000,
  }),
  event_max_age: integer({
    help: 'Seconds after which an event that could not be delivered gets no further attempt.',
    default: 86_400,
    min: 1,
  }),
};
