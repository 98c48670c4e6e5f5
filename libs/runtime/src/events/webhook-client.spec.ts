import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AllowedAddresses } from './allowed-addresses.js';
import { WebhookClient } from './webhook-client.js';

const never = new AbortController().signal;

describe('posting to a webhook', () => {
  let server: Server;
  let listener: RequestListener;
  let connections = 0;

  beforeAll(async () => {
    server = createServer((request, response) => listener(request, response));
    server.on('connection', () => connections++);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  beforeEach(() => {
    connections = 0;
    listener = (request, response) => void request.resume().on('end', () => response.end());
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  const url = (host = '127.0.0.1'): string => `http://${host}:${(server.address() as AddressInfo).port}/hook?q=1`;
  const post = (to = url(), { allowed = ['127.0.0.0/8'], timeoutMs = 5_000, signal = never } = {}) =>
    new WebhookClient(new AllowedAddresses(allowed), timeoutMs).post(
      { url: to, headers: { 'webhook-id': 'e1' }, body: '{"text":"ü"}' },
      signal,
    );

  it('sends JSON and the headers', async () => {
    let seen: IncomingMessage | undefined;
    let body = '';
    listener = (request, response) => {
      seen = request;
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => response.writeHead(204).end());
    };
    expect(await post()).toEqual({ kind: 'delivered' });
    expect([seen?.method, seen?.url, body]).toEqual(['POST', '/hook?q=1', '{"text":"ü"}']);
    expect(seen?.headers).toMatchObject({ 'content-type': 'application/json', 'webhook-id': 'e1' });
  });

  it.each([301, 302, 307, 308, 400, 404, 500, 503])('fails with %d, and follows nothing', async (status) => {
    listener = (_, response) => response.writeHead(status, { location: url() }).end();
    expect(await post()).toEqual({ kind: 'failed', reason: `Status ${status}.` });
    expect(connections).toBe(1);
  });

  it('is refused for good by 410', async () => {
    listener = (_, response) => response.writeHead(410).end();
    expect(await post()).toEqual({ kind: 'refused', reason: 'Status 410.' });
  });

  it.each([
    ['7', 7_000],
    ['999999', 3_600_000],
    [new Date(0).toUTCString(), 0],
    ['soon', undefined],
  ])('heeds Retry-After: %s', async (header, afterMs) => {
    listener = (_, response) => response.writeHead(429, { 'retry-after': header }).end();
    const outcome = await post();
    expect('afterMs' in outcome ? outcome.afterMs : undefined).toBe(afterMs);
  });

  it('connects to no address that is not allowed, whether it is written or looked up', async () => {
    for (const host of ['127.0.0.1', 'localhost', '[::1]', '[::ffff:127.0.0.1]', '2130706433', '0x7f.1', '0']) {
      const outcome = await post(url(host), { allowed: [] });
      expect([host, outcome]).toEqual([
        host,
        { kind: 'refused', reason: expect.stringContaining('web.webhook_allowed_networks') as string },
      ]);
    }
    expect(connections).toBe(0);
  });

  it.each(['', 'nonsense', 'ftp://127.0.0.1/', 'file:///etc/passwd'])('refuses %j, which is no HTTP', async (to) => {
    expect(await post(to)).toEqual({ kind: 'refused', reason: 'The webhook is no http or https URL.' });
  });

  it('connects by a name to the allowed ones of its addresses', async () => {
    expect(await post(url('localhost'))).toEqual({ kind: 'delivered' });
  });

  it('takes an answer for what its status says when it is too long or never ends', async () => {
    listener = (request, response) => {
      request.resume();
      response.writeHead(200);
      const write = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(16_384)));
        if (!response.destroyed) response.once('drain', write);
      };
      write();
    };
    expect(await post()).toEqual({ kind: 'delivered' });
  });

  it('fails when there is no answer in time, or nobody listens, or it is cut off', async () => {
    listener = () => undefined;
    expect(await post(url(), { timeoutMs: 50 })).toEqual({ kind: 'failed', reason: 'No answer within 50 ms.' });
    const stop = new AbortController();
    listener = () => stop.abort();
    expect(await post(url(), { signal: stop.signal })).toEqual({ kind: 'failed', reason: 'The server stopped.' });
    listener = (request) => request.socket.destroy();
    expect(await post()).toEqual({ kind: 'failed', reason: 'ECONNRESET' });
    expect(await post('http://127.0.0.1:1/?x-nonce=secret')).toEqual({ kind: 'failed', reason: 'ECONNREFUSED' });
    expect(JSON.stringify(await post('https://127.0.0.1:1/?x-nonce=secret'))).not.toContain('secret');
  });
});
