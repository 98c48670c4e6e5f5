import fc from 'fast-check';
import { AbacoError } from '@abaco/contract';
import { access, asserted, common, HEADER } from '../../test-support/jwt-policy.js';
import { encode, signedToken, soon } from '../../test-support/tokens.js';
import type { RequestHeaders } from '../access-policy.js';

describe('JwtAccess with hostile requests', () => {
  const policy = access();
  const json = fc.json().map((text) => Buffer.from(text).toString('base64url'));
  const part = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.base64String(),
    json,
    fc.constantFrom('', '=', encode({ alg: 'RS256' }), encode({ alg: 'none' })),
  );
  const token = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(part, { minLength: 1, maxLength: 5 }).map((parts) => parts.join('.')),
  );
  const name = fc.oneof(
    fc.constantFrom(
      'assertion',
      'authorization',
      'x-tapis-token',
      'x-jwt-assertion-__proto__',
      'x-jwt-assertion-constructor',
      HEADER,
    ),
    fc.string().map((tenant) => `x-jwt-assertion-${tenant}`),
  );
  const value = fc.oneof(
    token,
    token.map((text) => `Bearer ${text}`),
    fc.array(token),
  );

  it('throws an error for the caller, and only that, for whatever headers', async () => {
    await fc.assert(
      fc.asyncProperty(fc.dictionary(name, value), async (headers) => {
        const error: unknown = await policy.callerOf(headers).catch((thrown: unknown) => thrown);
        expect(error).toBeInstanceOf(AbacoError);
        expect((error as AbacoError).kind).toBe('invalid');
      }),
      { numRuns: 1000 },
    );
  });

  it('does the same for whatever signed claims, or takes a user that can be stored', async () => {
    const claims = fc.dictionary(
      fc.constantFrom(
        'exp',
        'nbf',
        'sub',
        'tenant',
        'roles',
        'http://wso2.org/claims/enduser',
        'http://wso2.org/claims/role',
        '__proto__',
      ),
      fc.oneof(fc.jsonValue(), fc.string({ unit: 'binary' }), fc.constant(soon())),
    );
    await fc.assert(
      fc.asyncProperty(claims, fc.boolean(), async (members, isBearer) => {
        const text = signedToken({ exp: soon(), ...members }, common);
        const headers: RequestHeaders = isBearer ? { authorization: `bearer ${text}` } : { [HEADER]: text };
        const answer: unknown = await policy.callerOf(headers).catch((thrown: unknown) => thrown);
        if (answer instanceof AbacoError) expect(answer.kind).toBe('invalid');
        else expect(answer).toMatchObject({ user: expect.stringMatching(/^[^\0]{1,255}$/u) as string });
      }),
      { numRuns: 300 },
    );
  });

  it('never takes a token of which one character was changed', async () => {
    const text = String(asserted()[HEADER]);
    await fc.assert(
      fc.asyncProperty(fc.nat(text.length - 5), fc.constantFrom('A', 'b', '_', '-', '9'), async (index, character) => {
        fc.pre(text[index] !== character);
        const changed = text.slice(0, index) + character + text.slice(index + 1);
        await expect(policy.callerOf({ [HEADER]: changed })).rejects.toBeInstanceOf(AbacoError);
      }),
      { numRuns: 300 },
    );
  });
});
