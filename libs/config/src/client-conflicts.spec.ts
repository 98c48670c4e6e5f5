import { loadConfig, type ConfigOverrides } from './load-config.js';
import { redactConfig } from './redact.js';
import { tenantConfig } from './tenant-config.js';

const account = { service_username: 'abaco', service_password: 'hidden' };
const load = (overrides: ConfigOverrides, env = {}) => loadConfig({ env, overrides });

describe('options of OAuth clients', () => {
  it('have the service accounts of tenants from the environment as the original spells them', () => {
    const env = { _abaco_DEV_STAGING_username: 'abaco', _abaco_DEV_STAGING_password: 'hidden', _abaco_secret: 'x' };
    const config = load({ tenants: { 'DEV-STAGING': { generate_clients: true } } }, env);
    expect(tenantConfig(config, 'DEV-STAGING')).toMatchObject({ generate_clients: true, ...account });
    expect(tenantConfig(config, 'DEV')).toMatchObject({ generate_clients: false, service_password: '' });
    expect(JSON.stringify(redactConfig(config))).not.toContain('hidden');
  });

  it('are off for a tenant that says so', () => {
    const config = load({ workers: { generate_clients: true }, tenants: { DEV: { generate_clients: false } } });
    expect(['DEV', 'OTHER'].map((tenant) => tenantConfig(config, tenant).generate_clients)).toEqual([false, true]);
  });

  it.each<[string, ConfigOverrides]>([
    ['tenants.DEV.service_password: generate_clients needs both', { tenants: { DEV: { generate_clients: true } } }],
    [
      'tenants.DEV.authorization_server: passwords go there, use https',
      { tenants: { DEV: { generate_clients: true, ...account, authorization_server: 'http://gateway.example.org' } } },
    ],
    [
      'oauth.authorization_server: passwords go there, use https',
      { workers: { generate_clients: true }, oauth: { authorization_server: 'http://gateway.example.org' } },
    ],
    ['oauth.verify_tls: false is for single tenants only', { oauth: { verify_tls: false } }],
    [
      'web.encryption_keys: workers.generate_clients needs a key',
      { workers: { generate_clients: true }, store: { mongo_host: 'mongo' } },
    ],
  ])('say what is wrong: %s', (problem, overrides) => {
    expect(() => load(overrides)).toThrow(problem);
  });

  it.each(['https://gateway.example.org', 'http://127.0.0.1:9000/base', 'http://[::1]:1', ''])('take %j', (url) => {
    expect(() =>
      load({ workers: { generate_clients: true }, oauth: { authorization_server: url, ...account } }),
    ).not.toThrow();
  });

  it('let one tenant do without encryption', () => {
    const open = { authorization_server: 'http://gateway.example.org', verify_tls: false };
    expect(() => load({ tenants: { DEV: { generate_clients: true, ...account, ...open } } })).not.toThrow();
  });
});
