import type { ConfigOverrides } from '@abaco/config';
import { JwksServer } from '../../../libs/access/test-support/jwks-server.js';
import { signedToken, soon, testKey } from '../../../libs/access/test-support/tokens.js';
import type { ApiApplication } from '../test-support/api-application.js';
import { key, startWithTokens } from '../test-support/token-application.js';

const USER = 'Internal/abaco-user';

describe('identity by a JWKS endpoint', () => {
  let jwks: JwksServer;
  let api: ApiApplication;

  beforeAll(async () => {
    jwks = await JwksServer.start();
    jwks.keys = { one: key };
    api = await startWithTokens({
      apim_public_key: '',
      jwt_sources: ['bearer', 'tapis'],
      tenant_jwks_uris: [`DEV=${jwks.url}`, 'DOWN=http://127.0.0.1:1/jwks'],
    });
  });
  afterAll(async () => {
    await api.close();
    await jwks.close();
  });

  const list = (claims: object, kid: string) =>
    api.inject({
      url: '/actors',
      headers: {
        authorization: `Bearer ${signedToken({ exp: soon(), sub: 'jdoe', roles: [USER], ...claims }, key, { alg: 'RS256', kid })}`,
      },
    });

  it('verifies bearer tokens of tenants that have one', async () => {
    expect((await list({ tenant: 'DEV' }, 'one')).statusCode).toBe(200);
    const unknown = await list({ tenant: 'DEV' }, 'two');
    expect([unknown.statusCode, unknown.json<{ message: string }>().message]).toEqual([
      400,
      'Invalid JWT. It is signed by a key that is not known.',
    ]);
    expect(jwks.requests).toBe(1);
    expect((await list({ tenant: 'OTHER' }, 'one')).json<{ message: string }>().message).toMatch(
      /No key is known for the tenant OTHER/,
    );
  });

  it('verifies Tapis tokens', async () => {
    const claims = { exp: soon(), 'tapis/username': 'jdoe', 'tapis/tenant_id': 'DEV', 'tapis/token_type': 'access' };
    const headers = { 'x-tapis-token': signedToken(claims, key, { alg: 'RS256', kid: 'one' }) };
    expect((await api.inject({ url: '/actors', headers })).statusCode).toBe(200);
  });

  it('answers 503 and says so in the log when keys were never to be had', async () => {
    const response = await list({ tenant: 'DOWN' }, 'one');
    expect([response.statusCode, response.headers['retry-after']]).toEqual([503, '5']);
    expect(api.log.lines.filter(({ level }) => level === 'warn')).toMatchObject([
      { message: 'The keys that verify tokens could not be fetched', fields: { endpoint: 'http://127.0.0.1:1/jwks' } },
    ]);
  });
});

describe('identity, wrongly configured', () => {
  it.each<[string, ConfigOverrides['web'], RegExp]>([
    ['junk for a key', { apim_public_key: 'junk' }, /Option web\.apim_public_key holds no public key/],
    ['a weak key', { apim_public_key: testKey(1024).der }, /Option web\.apim_public_key is an RSA key of 1024 bits/],
    ['no key', { apim_public_key: '' }, /web\.access_control jwt needs keys/],
  ])('does not start with %s', async (_, web, message) => {
    await expect(startWithTokens(web)).rejects.toThrow(message);
  });
});
