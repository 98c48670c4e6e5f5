import { type ConfigOverrides, loadConfig } from '@abaco/config';
import type { TenantId } from '@abaco/contract';
import { serverOptions } from './server-of-tenant.js';
import { userstorePrefix } from './userstore-prefix.js';

describe('serverOptions', () => {
  const account = { service_username: 'abaco', service_password: 'pw' };
  const of = (overrides: ConfigOverrides, tenant = 'SD2E') =>
    serverOptions(loadConfig({ env: {}, overrides }), tenant as TenantId);

  it('are the API server of the tenant and the paths of the contract by default', () => {
    const web = { api_server: 'https://api.example.org', tenant_api_servers: ['SD2E=https://api.sd2e.org'] };
    expect(of({ web, oauth: account })).toEqual({
      url: 'https://api.sd2e.org',
      username: 'abaco',
      password: 'pw',
      userstorePrefix: 'SD2E',
      clientsPath: '/clients/v2',
      tokenPath: '/token',
      scope: 'PRODUCTION',
      verifyTls: true,
      timeoutMs: 20_000,
    });
  });

  it('are those of the tenant where it has its own', () => {
    const own = { authorization_server: 'https://auth.example.org', userstore_prefix: 'MINE', verify_tls: false };
    const options = of({ tenants: { SD2E: { ...own, ...account } } });
    expect(options).toMatchObject({ url: own.authorization_server, userstorePrefix: 'MINE', verifyTls: false });
  });

  it('are none without an account, and none where a password would go unencrypted', () => {
    expect(of({})).toBeUndefined();
    expect(of({ oauth: account, web: { api_server: 'http://api.example.org' } })).toBeUndefined();
    expect(of({ oauth: account, web: { api_server: 'http://localhost:8000' } })).toBeDefined();
  });
});

describe('userstorePrefix', () => {
  it.each([
    ['DESIGNSAFE', 'TACC'],
    ['IPLANTC-ORG', 'IPLANTC'],
    ['SGCI', 'SGCI-PROD'],
    ['DEV-STAGING', 'agavedev'],
    ['dev', 'agavedev'],
    ['constructor', 'TACC'],
  ])('of %s is %s', (tenant, prefix) => {
    expect(userstorePrefix(tenant)).toBe(prefix);
  });
});
