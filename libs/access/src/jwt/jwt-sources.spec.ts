import { access, asserted, common, HEADER } from '../../test-support/jwt-policy.js';
import { signedToken, soon } from '../../test-support/tokens.js';
import type { RequestHeaders } from '../access-policy.js';

describe('JwtAccess with other sources', () => {
  const policy = access();
  const bearer = (claims: object, header?: object): RequestHeaders => ({
    authorization: `Bearer ${signedToken({ exp: soon(), sub: 'jdoe@x', tenant: 'DEV', ...claims }, common, header)}`,
  });
  const tapis = (claims: object): RequestHeaders => ({
    'x-tapis-token': signedToken(
      { exp: soon(), 'tapis/username': 'jdoe', 'tapis/tenant_id': 'dev', 'tapis/token_type': 'access', ...claims },
      common,
    ),
  });

  it('takes user, tenant and roles from the claims of a bearer token', async () => {
    expect(await policy.callerOf(bearer({ roles: ['Internal/abaco-admin'] }))).toEqual({
      tenant: 'DEV',
      user: 'jdoe@x',
      roles: ['Internal/abaco-admin'],
      apiServer: 'https://api.example.org',
      credential: { kind: 'token' },
    });
  });

  it('reads the claims that are configured', async () => {
    const named = access({ bearer_claims: ['user=preferred_username', 'roles=groups'], tenant_name: 'ONE' });
    expect(await named.callerOf(bearer({ preferred_username: 'jd', groups: 'a,b' }))).toMatchObject({
      tenant: 'ONE',
      user: 'jd',
      roles: ['a', 'b'],
    });
  });

  it('takes Tapis tokens; every user has the role of users', async () => {
    expect(await policy.callerOf(tapis({}))).toMatchObject({
      tenant: 'dev',
      user: 'jdoe',
      roles: ['Internal/abaco-user'],
    });
    const withRoles = access({ tapis_claims: ['user=tapis/username', 'tenant=tapis/tenant_id', 'roles=roles'] });
    expect((await withRoles.callerOf(tapis({ roles: ['abaco_admin'] }))).roles).toContain('Internal/abaco-admin');
  });

  it.each<[string, RequestHeaders, RegExp]>([
    ['a bearer token without tenant', bearer({ tenant: undefined }), /no claim "tenant"/],
    ['a bearer token with an impossible tenant', bearer({ tenant: 'A_B' }), /Invalid tenant "A_B" in the token/],
    ["the gateway's token as a bearer token", { authorization: `Bearer ${String(asserted()[HEADER])}` }, /no claim/],
    ['a bearer token under the older name', bearer({}, { alg: 'SHA256WITHRSA' }), /compact form/],
    ['a refresh token of Tapis', tapis({ 'tapis/token_type': 'refresh' }), /not an access token/],
    ['Bearer without token', { authorization: 'Bearer  ' }, /three base64 texts/],
    ['a bad assertion beside a good bearer token', { ...bearer({}), [HEADER]: 'junk' }, /three base64 texts/],
  ])('refuses %s', async (_, headers, message) => {
    await expect(policy.callerOf(headers)).rejects.toThrow(message);
  });

  it('checks issuer and audience when they are configured', async () => {
    const strict = access({ bearer_issuer: 'https://idp', bearer_audience: 'abaco' });
    expect((await strict.callerOf(bearer({ iss: 'https://idp', aud: ['x', 'abaco'] }))).user).toBe('jdoe@x');
    await expect(strict.callerOf(bearer({ iss: 'https://evil', aud: 'abaco' }))).rejects.toThrow('another issuer');
    await expect(strict.callerOf(bearer({ iss: 'https://idp', aud: 'abaco2' }))).rejects.toThrow('another audience');
  });

  it('does not look where it is not told to', async () => {
    const gateway = access({ jwt_sources: ['assertion'] });
    await expect(gateway.callerOf(bearer({}))).rejects.toThrow('No JWT or nonce provided.');
    const idp = access({ jwt_sources: ['bearer'] });
    await expect(idp.callerOf(asserted())).rejects.toThrow('No JWT or nonce provided.');
    expect((await idp.callerOf({ ...asserted(), ...bearer({}) })).user).toBe('jdoe@x');
  });
});
