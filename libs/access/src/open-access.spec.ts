import { InvalidTenant } from './errors.js';
import { OpenAccess } from './open-access.js';

const web = {
  tenant_name: 'DEV',
  api_server: 'https://api.example.org/',
  tenant_api_servers: ['OTHER=https://other.example.org/'],
};

describe('OpenAccess', () => {
  const policy = new OpenAccess(web);

  it('makes everybody the anonymous user with all rights in the default tenant', () => {
    expect(policy.callerOf({})).toEqual({
      tenant: 'DEV',
      user: 'anonymous',
      roles: ['ALL'],
      apiServer: 'https://api.example.org',
    });
  });

  it("takes the tenant's own api server", () => {
    expect(policy.callerOf({ tenant: 'OTHER' }).apiServer).toBe('https://other.example.org');
  });

  it('takes the tenant of the header as it is written', () => {
    expect(policy.callerOf({ tenant: 'dev-Staging.2' }).tenant).toBe('dev-Staging.2');
  });

  it.each(['', 'DEV_STAGING', '-DEV', 'DEV-', 'a b', 'DÉV', 'a/b', 'x'.repeat(65), 'DEV, OTHER'])(
    'refuses %j and names the header',
    (tenant) => {
      expect(() => policy.callerOf({ tenant })).toThrow(InvalidTenant);
      expect(() => policy.callerOf({ tenant })).toThrow(/request header "tenant"/);
    },
  );

  it('does not repeat a long text', () => {
    expect(() => policy.callerOf({ tenant: '_'.repeat(10_000) })).toThrow(/^.{0,300}$/);
  });

  it('refuses a configured default that cannot be a tenant, and names the option', () => {
    expect(() => new OpenAccess({ ...web, tenant_name: 'DEV_STAGING' })).toThrow(/web\.tenant_name/);
  });
});
