import { createHmac } from 'node:crypto';

const PREFIX = 'whsec_';

/**
 * Headers of Standard Webhooks 1.0 (https://www.standardwebhooks.com): receivers recognise repeated deliveries by `webhook-id`,
 * and with a secret who sent them.
 * @param secret `whsec_` and base64; empty: no signature
 */
export function webhookHeaders(id: string, body: string, at: Date, secret: string): Record<string, string> {
  const timestamp = String(Math.floor(at.getTime() / 1000));
  const headers = { 'webhook-id': id, 'webhook-timestamp': timestamp };
  if (secret === '') return headers;
  const key = Buffer.from(secret.slice(PREFIX.length), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return { ...headers, 'webhook-signature': `v1,${signature}` };
}
