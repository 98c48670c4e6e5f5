import { createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import fc from 'fast-check';
import { loadConfig } from '@abaco/config';
import type { TenantId } from '@abaco/contract';
import { asserted, common } from '../../test-support/jwt-policy.js';
import { encode, signedToken, soon } from '../../test-support/tokens.js';
import type { RequestHeaders } from '../access-policy.js';
import { ActorTokens, type ActorTokensOptions, type ActorTokenSubject } from './actor-tokens.js';
import { JwtAccess } from './jwt-access.js';

const { privateKey } = generateKeyPairSync('ed25519');
const START = Date.parse('2026-01-01T00:00:00Z');
let now = START;

const tokensWith = (options: Partial<ActorTokensOptions> = {}): ActorTokens =>
  new ActorTokens({ privateKey, userRole: 'Internal/abaco-user', now: () => now, ...options });
const tokens = tokensWith();
const subject: ActorTokenSubject = { tenant: 'DEV' as TenantId, user: 'jdoe', limited: false, id: 'DEV_a_e' };
const bearer = (text: string): RequestHeaders => ({ authorization: `Bearer ${text}` });

/** A token with our key id and these parts, signed by `key` as Ed25519. */
function forged(header: object, claims: object, key: KeyObject = privateKey): string {
  const signed = `${encode({ alg: 'EdDSA', kid: keyId(), ...header })}.${encode({ ...valid(), ...claims })}`;
  return `${signed}.${sign(null, Buffer.from(signed), key).toString('base64url')}`;
}
const valid = (): object => ({
  iss: 'abaco',
  aud: 'abaco-api',
  sub: 'jdoe',
  iat: START / 1000,
  exp: START / 1000 + 60,
  'abaco/tenant': 'DEV',
  'abaco/limited': false,
});
let kid = '';
const keyId = (): string => kid;

describe('ActorTokens', () => {
  beforeAll(async () => {
    const [header = ''] = (await tokens.issue(subject, 60)).split('.');
    ({ kid } = JSON.parse(Buffer.from(header, 'base64url').toString()) as { kid: string });
  });
  beforeEach(() => {
    now = START;
  });

  it('make their holder the user that they were issued for, in the tenant, as a user', async () => {
    const text = await tokens.issue(subject, 60);
    expect(await tokens.identityIn(bearer(text))).toEqual({
      tenant: 'DEV',
      user: 'jdoe',
      roles: ['Internal/abaco-user'],
      credential: { kind: 'execution', id: subject.id },
    });
    expect(await tokens.identityIn(bearer(forged({}, {})))).toMatchObject({ user: 'jdoe' });
  });

  it('are taken from whoever has the same key, on another host or after a restart', async () => {
    const text = await tokens.issue(subject, 60);
    expect(await tokensWith().identityIn(bearer(text))).toMatchObject({ user: 'jdoe' });
  });

  it.each<[string, Partial<ActorTokenSubject>, Partial<ActorTokensOptions>]>([
    ['who have only that role', { limited: true }, {}],
    ['where every user would be an admin', {}, { userRole: 'Internal/abaco-admin' }],
    ['where every user would be privileged', {}, { userRole: 'Internal/abaco-privileged' }],
    ['where every user would be everything', {}, { userRole: 'ALL' }],
  ])('are limited for users %s', async (_, changes, options) => {
    const text = await tokens.issue({ ...subject, ...changes }, 60);
    expect((await tokensWith(options).identityIn(bearer(text)))?.roles).toEqual(['Internal/abaco-limited']);
  });

  it('end with their time, with a minute for clocks that differ', async () => {
    const text = await tokens.issue(subject, 60);
    now = START + 119_000;
    expect(await tokens.identityIn(bearer(text))).toMatchObject({ user: 'jdoe' });
    now = START + 121_000;
    await expect(tokens.identityIn(bearer(text))).rejects.toThrow('Invalid JWT. It has expired.');
  });

  it.each(['anonymous', 'ABACO_WORLD', '', ' x'])('are not issued for %p', (user) => {
    expect(() => tokens.issue({ ...subject, user }, 60)).toThrow(/Its user must/);
  });

  it.each<[string, () => string]>([
    ['another key', () => forged({}, {}, generateKeyPairSync('ed25519').privateKey)],
    ['no signature', () => `${forged({}, {}).split('.').slice(0, 2).join('.')}.`],
    ['alg none', () => forged({ alg: 'none' }, {})],
    ['the public key as a secret', () => forged({ alg: 'HS256' }, {})],
    ['critical extensions', () => forged({ crit: ['x'], x: 1 }, {})],
    ['another issuer', () => forged({}, { iss: 'https://idp' })],
    ['another audience', () => forged({}, { aud: 'other' })],
    ['no expiry', () => forged({}, { exp: undefined })],
    ['no user', () => forged({}, { sub: undefined })],
    ['everybody as its user', () => forged({}, { sub: 'ABACO_WORLD' })],
    ['an impossible tenant', () => forged({}, { 'abaco/tenant': 'A_B' })],
    ['no tenant', () => forged({}, { 'abaco/tenant': undefined })],
  ])('are refused with %s', async (_, text) => {
    await expect(tokens.identityIn(bearer(text()))).rejects.toThrow(/^Invalid (JWT|tenant)/);
  });

  it('are refused when any letter was changed', async () => {
    const text = await tokens.issue(subject, 60);
    const afterHeader = text.indexOf('.') + 1;
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: afterHeader, max: text.length - 2 }),
        fc.constantFrom(...'ABCDEFabcdef0123456789-_'),
        async (at, letter) => {
          fc.pre(text[at] !== letter && text[at] !== '.');
          const changed = text.slice(0, at) + letter + text.slice(at + 1);
          await expect(tokens.identityIn(bearer(changed))).rejects.toThrow('Invalid JWT.');
        },
      ),
      { numRuns: 50 },
    );
  });

  it('are limited unless they say otherwise', async () => {
    expect((await tokens.identityIn(bearer(forged({}, { 'abaco/limited': 'no' }))))?.roles).toEqual([
      'Internal/abaco-limited',
    ]);
  });

  it.each<[string, RequestHeaders]>([
    ['no header', {}],
    ['another scheme', { authorization: 'Basic eDp5' }],
    ['no token', bearer('junk')],
    ['the token of a provider', bearer(signedToken({ sub: 'jdoe', exp: soon() }, common))],
  ])('leave to others: %s', async (_, headers) => {
    expect(await tokens.identityIn(headers)).toBeUndefined();
  });

  it('hold no part of the private key', async () => {
    const publicKey = createPublicKey(privateKey).export({ format: 'jwk' });
    const [, claims = ''] = (await tokens.issue(subject, 60)).split('.');
    const text = Buffer.from(claims, 'base64url').toString();
    expect(Object.keys(JSON.parse(text) as object).sort()).toEqual(
      ['abaco/limited', 'abaco/tenant', 'aud', 'exp', 'iat', 'iss', 'jti', 'sub'].sort(),
    );
    expect(publicKey).not.toHaveProperty('d');
  });
});

describe('JwtAccess with tokens of executions', () => {
  const policyWith = (actorTokens?: ActorTokens, sources = ['assertion', 'bearer']): JwtAccess =>
    new JwtAccess(
      loadConfig({
        env: {},
        overrides: {
          web: {
            access_control: 'jwt',
            apim_public_key: common.der,
            api_server: 'https://api.example.org',
            jwt_sources: sources,
          },
        },
      }).web,
      actorTokens ? { actorTokens } : {},
    );
  const current = tokensWith({ now: Date.now });

  it('takes them whatever other sources there are', async () => {
    const text = await current.issue(subject, 60);
    expect(await policyWith(current, ['assertion']).callerOf(bearer(text))).toEqual({
      tenant: 'DEV',
      user: 'jdoe',
      roles: ['Internal/abaco-user'],
      apiServer: 'https://api.example.org',
      credential: { kind: 'execution', id: subject.id },
    });
  });

  it('takes them for no others when there are none of its own', async () => {
    const text = await current.issue(subject, 60);
    await expect(policyWith().callerOf(bearer(text))).rejects.toThrow('Invalid JWT.');
  });

  it('goes on taking those of the gateway and of providers', async () => {
    const policy = policyWith(current);
    expect((await policy.callerOf(asserted())).user).toBe('testuser');
    const provided = signedToken({ sub: 'jd', tenant: 'DEV', exp: soon() }, common);
    expect((await policy.callerOf(bearer(provided))).user).toBe('jd');
  });

  it('does not make a bad one good by a good token beside it', async () => {
    const text = `${(await current.issue(subject, 60)).slice(0, -6)}AAAAAA`;
    await expect(policyWith(current).callerOf({ ...asserted(), ...bearer(text) })).rejects.toThrow(
      'Its signature does not match.',
    );
  });
});
