import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ConfigOverrides } from '@abaco/config';
import { AbacoError } from '@abaco/contract';
import { encode, gatewayClaims, signedToken, soon, testKey } from '../../test-support/tokens.js';
import { access, asserted, common, HEADER } from '../../test-support/jwt-policy.js';
import type { RequestHeaders } from '../access-policy.js';

const other = testKey();
const weak = testKey(1024);

describe('JwtAccess', () => {
  const policy = access();

  describe('with the tokens of the gateway', () => {
    it('takes the tenant from the name of the header, user and roles from the token', async () => {
      expect(await policy.callerOf(asserted())).toEqual({
        tenant: 'DEV-DEVELOP',
        user: 'testuser',
        roles: ['Internal/everyone', 'Internal/abaco-user'],
        apiServer: 'https://api.example.org',
        jwtHeader: 'X-Jwt-Assertion-Dev-Develop',
        credential: { kind: 'token' },
      });
    });

    it('lets the same token act in the tenant of another header', async () => {
      const token = asserted()[HEADER];
      expect((await policy.callerOf({ 'x-jwt-assertion-sd2e': token })).tenant).toBe('SD2E');
    });

    it('takes the header Assertion for one configured tenant, after the others', async () => {
      const token = asserted()[HEADER];
      expect(await policy.callerOf({ assertion: token })).toMatchObject({
        tenant: 'DEV-STAGING',
        jwtHeader: 'Assertion',
      });
      expect((await access({ assertion_tenant: 'X' }).callerOf({ assertion: token })).tenant).toBe('X');
      expect((await policy.callerOf({ assertion: 'junk', [HEADER]: token })).tenant).toBe('DEV-DEVELOP');
    });

    it.each<[string, object, string[]]>([
      [
        'a text with commas',
        { 'http://wso2.org/claims/role': ' a, Internal/abaco-admin ,,' },
        ['a', 'Internal/abaco-admin'],
      ],
      ['a list', { 'http://wso2.org/claims/role': ['a', 1, 'b'] }, ['a', 'b']],
      ['no roles', { 'http://wso2.org/claims/role': undefined }, ['Internal/everyone']],
      ['an empty text', { 'http://wso2.org/claims/role': '' }, ['Internal/everyone']],
      ['the pseudo role of mode none', { 'http://wso2.org/claims/role': 'ALL' }, []],
    ])('reads roles from %s', async (_, claims, roles) => {
      expect((await policy.callerOf(asserted(claims))).roles).toEqual(roles);
    });

    it.each<[string, RequestHeaders]>([
      ['padded standard base64', asserted({ x: '???>>>~~' }, { alg: 'RS256', typ: 'JWT', x: '???' }, 'base64')],
      ['the name SHA256WITHRSA', asserted({}, { alg: 'SHA256WITHRSA' })],
      ['the name SHA256withRSA, padded', asserted({}, { alg: 'SHA256withRSA' }, 'base64')],
      ['blanks around it', { [HEADER]: ` ${String(asserted()[HEADER])}\t` }],
      ['quotes around it', { [HEADER]: `"${String(asserted()[HEADER])}"` }],
    ])('verifies %s', async (_, headers) => {
      expect((await policy.callerOf(headers)).user).toBe('testuser');
    });
  });

  describe('refuses', () => {
    const strange = (part: 0 | 1 | 2, text: string): RequestHeaders => {
      const parts = String(asserted()[HEADER]).split('.');
      parts[part] = text;
      return { [HEADER]: parts.join('.') };
    };
    const hmac = (secret: string | Buffer, alg: string): RequestHeaders => {
      const signed = `${encode({ alg })}.${encode(gatewayClaims())}`;
      return { [HEADER]: `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}` };
    };
    const der = common.publicKey.export({ format: 'der', type: 'spki' });

    it.each<[string, RequestHeaders, RegExp]>([
      ['a request without token', {}, /^No JWT or nonce provided\.$/],
      ['a scheme that is not Bearer', { authorization: 'Basic YTpi' }, /^No JWT or nonce provided\.$/],
      ['an empty token', { [HEADER]: '' }, /three base64 texts/],
      ['two headers of one name', { [HEADER]: ['a.b.c', 'a.b.c'] }, /more than once/],
      ['two parts', { [HEADER]: 'YQ.YQ' }, /three base64 texts/],
      ['an encrypted token', { [HEADER]: 'YQ.YQ.YQ.YQ.YQ' }, /three base64 texts/],
      ['other characters', strange(1, 'YQ YQ'), /three base64 texts/],
      ['a header that is no JSON', strange(0, 'YQ'), /not JSON objects/],
      ['a header that is a list', strange(0, encode([])), /not JSON objects/],
      ['bytes that are no UTF-8', strange(1, '_____w'), /not JSON objects/],
      ['claims that are null', strange(1, encode(null)), /not JSON objects/],
      ['alg none', asserted({}, { alg: 'none' }), /not signed by RS256/],
      [
        'alg None without signature',
        { [HEADER]: `${encode({ alg: 'None' })}.${encode(gatewayClaims())}.` },
        /three base64/,
      ],
      ['no alg', asserted({}, {}), /not signed by RS256/],
      ['alg as a list', asserted({}, { alg: ['RS256'] }), /not signed by RS256/],
      ['another RSA algorithm', asserted({}, { alg: 'PS256' }), /not signed by RS256/],
      ['HS256 with the public key as secret', hmac(der, 'HS256'), /not signed by RS256/],
      ['an HMAC of the PEM that says RS256', hmac(common.pem, 'RS256'), /signature does not match/],
      ['an HMAC of the DER text that says RS256', hmac(common.der, 'RS256'), /signature does not match/],
      ['critical header members', asserted({}, { alg: 'RS256', crit: ['b64'], b64: false }), /critical/],
      ['a key id that is no text', asserted({}, { alg: 'RS256', kid: 1 }), /key id/],
      ['other claims than were signed', strange(1, encode(gatewayClaims({ x: 1 }))), /signature does not match/],
      ['an empty-looking signature', strange(2, 'AA'), /signature does not match/],
      [
        'a key of its own in the header',
        {
          [HEADER]: signedToken(gatewayClaims(), other, {
            alg: 'RS256',
            jwk: other.publicKey.export({ format: 'jwk' }),
          }),
        },
        /signature does not match/,
      ],
      ['another key', { [HEADER]: signedToken(gatewayClaims(), other) }, /signature does not match/],
      [
        'no user',
        asserted({ 'http://wso2.org/claims/enduser': undefined }),
        /no claim "http:\/\/wso2.org\/claims\/enduser"/,
      ],
      ['a user that is no text', asserted({ 'http://wso2.org/claims/enduser': { a: 1 } }), /no claim/],
      ['a user of a domain alone', asserted({ 'http://wso2.org/claims/enduser': '@carbon.super' }), /user must be/],
      ['a user with a NUL', asserted({ 'http://wso2.org/claims/enduser': 'a\0b' }), /user must be/],
      ['a long user', asserted({ 'http://wso2.org/claims/enduser': 'x'.repeat(256) }), /user must be/],
      ['everybody as a user', asserted({ 'http://wso2.org/claims/enduser': 'ABACO_WORLD@x' }), /stands for everybody/],
      ['the anonymous user', asserted({ 'http://wso2.org/claims/enduser': 'anonymous@x' }), /stands for everybody/],
      ['a header without a tenant', { 'x-jwt-assertion-': String(asserted()[HEADER]) }, /Invalid tenant ""/],
      ['a tenant with an underscore', { 'x-jwt-assertion-a_b': String(asserted()[HEADER]) }, /Invalid tenant "A_B"/],
    ])('%s', async (_, headers, message) => {
      const error: unknown = await policy.callerOf(headers).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(AbacoError);
      expect((error as AbacoError).kind).toBe('invalid');
      expect((error as AbacoError).message).toMatch(message);
    });
  });

  describe('looks at the times', () => {
    const seconds = (offset: number) => soon() - 3600 + offset;
    it.each<[string, object, string | undefined]>([
      ['expired long ago, in milliseconds', { exp: 1_489_500_000_000 }, 'It has expired.'],
      ['expired long ago, in seconds', { exp: 1_489_500_000 }, 'It has expired.'],
      ['expired within the tolerance', { exp: seconds(-30) }, undefined],
      ['expired within the tolerance, in milliseconds', { exp: seconds(-30) * 1000 }, undefined],
      ['expired before the tolerance', { exp: seconds(-90) }, 'It has expired.'],
      ['valid in seconds', { exp: seconds(10) }, undefined],
      ['without expiry', { exp: undefined }, 'It does not say when it expires.'],
      ['with a text for expiry', { exp: '9999999999' }, 'It does not say when it expires.'],
      ['valid later', { nbf: seconds(90) }, 'It is not valid yet.'],
      ['valid within the tolerance', { nbf: seconds(30) }, undefined],
      ['with a text for its begin', { nbf: 'now' }, 'It is not valid yet.'],
    ])('of a token %s', async (_, claims, reason) => {
      const answer = policy.callerOf(asserted(claims)).then(
        () => undefined,
        (error: Error) => error.message,
      );
      expect(await answer).toBe(reason === undefined ? undefined : `Invalid JWT. ${reason}`);
    });

    it('unless that is switched off, for the tokens of old test suites', async () => {
      const lenient = access({ jwt_tolerance: -1 });
      expect((await lenient.callerOf(asserted({ exp: 1_489_500_000_000 }))).user).toBe('testuser');
    });
  });

  describe('finds the key', () => {
    let directory: string;
    beforeAll(() => (directory = mkdtempSync(join(tmpdir(), 'abaco-access-'))));
    afterAll(() => rmSync(directory, { recursive: true }));
    const file = (content: string): string => {
      const path = join(directory, 'key');
      writeFileSync(path, `${content}\n`);
      return path;
    };

    it.each<[string, () => string]>([
      ['PEM', () => common.pem],
      ['base64 of the DER form', () => common.der],
      ['a file with PEM', () => file(common.pem)],
      ['a file with base64', () => file(common.der)],
    ])('in %s', async (_, key) => {
      expect((await access({ apim_public_key: key() }).callerOf(asserted())).user).toBe('testuser');
    });

    it('of the tenant before the common one', async () => {
      const own = access({ tenant_public_keys: [`SD2E=${other.der}`] });
      const ofOther = signedToken(gatewayClaims(), other);
      const ofCommon = signedToken(gatewayClaims(), common);
      expect((await own.callerOf({ 'x-jwt-assertion-sd2e': ofOther })).tenant).toBe('SD2E');
      await expect(own.callerOf({ 'x-jwt-assertion-sd2e': ofCommon })).rejects.toThrow('signature');
      await expect(own.callerOf({ 'x-jwt-assertion-dev': ofOther })).rejects.toThrow('signature');
      const only = access({ apim_public_key: '', tenant_public_keys: [`SD2E=${other.der}`] });
      await expect(only.callerOf({ 'x-jwt-assertion-dev': ofOther })).rejects.toThrow(
        'No key is known for the tenant DEV.',
      );
    });

    it('of 1024 bits only when that is allowed', async () => {
      const headers = { [HEADER]: signedToken(gatewayClaims(), weak, { alg: 'SHA256WITHRSA' }, 'base64') };
      expect((await access({ apim_public_key: weak.der, allow_weak_keys: true }).callerOf(headers)).user).toBe(
        'testuser',
      );
      expect(() => access({ apim_public_key: weak.der })).toThrow(
        'Option web.apim_public_key is an RSA key of 1024 bits: use one of 2048 or more, or accept it with web.allow_weak_keys.',
      );
    });

    it.each<[string, ConfigOverrides['web'], RegExp]>([
      ['no key', { apim_public_key: 'junk' }, /web\.apim_public_key holds no public key/],
      ['a missing file', { apim_public_key: '/nowhere' }, /web\.apim_public_key names a file that cannot be read/],
      [
        'a private key',
        { apim_public_key: common.privateKey.export({ format: 'pem', type: 'pkcs8' }) as string },
        /private key/,
      ],
      ['512 bits', { apim_public_key: testKey(512).der, allow_weak_keys: true }, /anybody can break/],
      ['a tenant key', { tenant_public_keys: ['SD2E=junk'] }, /web\.tenant_public_keys \(SD2E\) holds no/],
      [
        'two sources',
        { tenant_public_keys: [`A=${common.der}`], tenant_jwks_uris: ['A=http://x'] },
        /web\.tenant_jwks_uris names A/,
      ],
      ['an impossible tenant', { tenant_public_keys: [`A-=${common.der}`] }, /option web\.tenant_public_keys/],
      ['claims without user', { bearer_claims: ['tenant=t'] }, /web\.bearer_claims does not name/],
      ['a claim twice', { tapis_claims: ['user=a', 'user=b'] }, /web\.tapis_claims names user twice/],
    ])('and names the option that holds %s', (_, web, message) => {
      expect(() => access(web)).toThrow(message);
    });
  });
});
