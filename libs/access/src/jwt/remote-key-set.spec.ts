import { JwksServer } from '../../test-support/jwks-server.js';
import { testKey } from '../../test-support/tokens.js';
import { RemoteKeySet } from './remote-key-set.js';

const first = testKey();
const second = testKey();
const weak = testKey(1024);

describe('RemoteKeySet', () => {
  let server: JwksServer;
  let time: number;
  let errors: string[];
  let keys: RemoteKeySet;

  const setOf = (url: string, allowWeak = false): RemoteKeySet =>
    new RemoteKeySet({ url, allowWeak, now: () => time, onError: (error) => errors.push(String(error)) });

  beforeEach(async () => {
    server = await JwksServer.start();
    server.keys = { one: first };
    time = 0;
    errors = [];
    keys = setOf(server.url);
  });
  afterEach(() => server.close());

  const found = async (kid?: string): Promise<boolean> => (await keys.keyFor(kid)) !== undefined;

  it('fetches the keys once for many requests at the same time and after', async () => {
    expect(server.requests).toBe(0);
    const all = await Promise.all(Array.from({ length: 50 }, () => keys.keyFor('one')));
    expect(all.every((key) => key?.equals(first.publicKey))).toBe(true);
    await keys.keyFor('one');
    expect(server.requests).toBe(1);
  });

  it('cannot be made to send requests by unknown key ids', async () => {
    await keys.keyFor('one');
    for (let i = 0; i < 1000; i++) {
      time += 100;
      expect(await found(`unknown-${i}`)).toBe(false);
    }
    expect(server.requests).toBe(1 + 3); // 100 s, one request each 30 s
  });

  it('finds a key that was added, after the cooldown at the latest', async () => {
    expect(await found('one')).toBe(true);
    server.keys = { one: first, two: second };
    expect(await found('two')).toBe(false);
    time += 30_000;
    expect(await found('two')).toBe(true);
  });

  it('drops a key that was taken away, after ten minutes at the latest', async () => {
    expect(await found('one')).toBe(true);
    server.keys = { two: second };
    time += 600_001;
    expect(await found('one')).toBe(false);
  });

  it('takes the only key for a token without key id, and none of several', async () => {
    expect(await found()).toBe(true);
    server.keys = { one: first, two: second };
    time += 600_001;
    expect(await found()).toBe(false);
  });

  it.each<[string, () => void]>([
    ['does not listen', () => undefined],
    ['answers 500', () => (server.answer = (response) => response.writeHead(500).end('{"keys":[]}'))],
    ['answers no JSON', () => (server.answer = (response) => response.end('<html>'))],
    ['answers no key set', () => (server.answer = (response) => response.end('null'))],
    ['redirects', () => (server.answer = (response) => response.writeHead(302, { location: '/' }).end())],
    ['answers without end', () => (server.answer = (response) => void response.write(Buffer.alloc(2_000_000, 32)))],
    ['breaks off', () => (server.answer = (response) => response.destroy())],
  ])('keeps its keys when the endpoint %s', async (what, breakServer) => {
    expect(await found('one')).toBe(true);
    breakServer();
    if (what === 'does not listen') await server.close();
    time += 3_600_000;
    expect(await found('one')).toBe(true);
    expect(errors).toHaveLength(1);
    expect(await found('one')).toBe(true);
    expect(errors).toHaveLength(1);
    if (what === 'does not listen') server = await JwksServer.start(); // for afterEach
  });

  it('gives up on an endpoint that does not answer', async () => {
    server.answer = () => undefined;
    await expect(keys.keyFor('one')).rejects.toMatchObject({ kind: 'unavailable' });
    expect(errors).toEqual([expect.stringMatching(/Timeout/i)]);
    await expect(keys.keyFor('one')).rejects.toThrow(
      'The keys that verify tokens cannot be fetched at the moment. Try again.',
    );
    expect(server.requests).toBe(1);
  });

  it('leaves out what cannot verify RS256, and weak keys unless they are allowed', async () => {
    const jwk = first.publicKey.export({ format: 'jwk' });
    const entries = [
      { ...jwk, kid: 'encryption', use: 'enc' },
      { ...jwk, kid: 'other', alg: 'RS512' },
      { ...jwk, kid: 'signing', key_ops: ['sign'] },
      { kty: 'oct', k: 'c2VjcmV0', kid: 'secret' },
      { kty: 'RSA', n: 1, e: {}, kid: 'malformed' },
      { ...weak.publicKey.export({ format: 'jwk' }), kid: 'weak' },
      null,
      'x',
      { ...jwk, kid: 'good' },
    ];
    server.answer = (response) => response.end(JSON.stringify({ keys: entries }));
    for (const kid of ['encryption', 'other', 'signing', 'secret', 'malformed', 'weak']) {
      expect([kid, await found(kid)]).toEqual([kid, false]);
    }
    expect(await found('good')).toBe(true);
    expect(await setOf(server.url, true).keyFor('weak')).toBeDefined();
  });
});
