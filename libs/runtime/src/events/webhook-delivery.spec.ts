import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { loadConfig } from '@abaco/config';
import type { TenantId } from '@abaco/contract';
import { webhookDelivery } from './webhook-delivery.js';
import { webhookHeaders } from './webhook-signature.js';

const secretOf = (byte: number): string => `whsec_${Buffer.alloc(32, byte).toString('base64')}`;
const [ofInstance, ofTenant] = [secretOf(1), secretOf(2)];

describe('a webhook', () => {
  let server: Server;
  let received: { readonly headers: IncomingHttpHeaders; readonly body: string };
  beforeAll(async () => {
    server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        received = { headers: request.headers, body };
        response.end();
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterAll(() => server.close());

  const deliver = webhookDelivery(
    loadConfig({
      env: {},
      overrides: {
        web: { webhook_allowed_networks: ['127.0.0.1'], webhook_secret: ofInstance },
        tenants: { OWN: { webhook_secret: ofTenant }, SILENT: { webhook_secret: '' } },
      },
    }),
  );
  const deliverTo = async (tenant: string): Promise<void> => {
    const event = {
      _id: 'e1',
      tenant: tenant as TenantId,
      payload: '{}',
      api_server: 'https://api.example.org',
      webhook: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    } as Parameters<typeof deliver>[0];
    expect(await deliver(event, new AbortController().signal)).toEqual({ kind: 'delivered' });
  };
  /** The signature that a receiver with this secret expects. */
  const expected = (secret: string): string | undefined => {
    const at = new Date(Number(received.headers['webhook-timestamp']) * 1000);
    return webhookHeaders('e1', received.body, at, secret)['webhook-signature'];
  };

  it('is signed with the secret of its tenant, and else with that of the instance', async () => {
    await deliverTo('OWN');
    expect(received.headers['webhook-signature']).toBe(expected(ofTenant));
    await deliverTo('OTHER');
    expect(received.headers['webhook-signature']).toBe(expected(ofInstance));
    expect(expected(ofTenant)).not.toBe(expected(ofInstance));
  });

  it('is not signed for a tenant that wants no signature', async () => {
    await deliverTo('SILENT');
    expect(received.headers['webhook-signature']).toBeUndefined();
  });
});
