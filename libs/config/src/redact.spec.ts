import { loadConfig } from './load-config.js';
import { mongoUri } from './mongo-uri.js';
import { redactConfig } from './redact.js';

describe('a configuration that may be printed', () => {
  it('has no password in it and is otherwise the same', () => {
    const config = loadConfig({
      env: {},
      overrides: {
        store: {
          mongo_user: 'abaco',
          mongo_password: 'pass-1',
          mongo_uri: 'mongodb://u:pa@ss-2@h1,h2/abaco?tlsCertificateKeyFilePassword=pass-3&w=1',
        },
        rabbit: { uri: 'amqps://user:pass-4@host:5671', management_uri: 'http://user:pass-5@host:15672' },
        docker: { registries: ['ghcr.io=user:pass-6'] },
        tenants: { DEV: { registries: ['ghcr.io=user:pass-7'], log_ex: 5 } },
      },
    });
    const redacted = redactConfig(config);
    expect(JSON.stringify(redacted)).not.toMatch(/pa@?ss-/);
    expect(redacted.store.mongo_uri).toBe('mongodb://***@h1,h2/abaco?tlsCertificateKeyFilePassword=***&w=1');
    expect(redacted.rabbit.uri).toBe('amqps://***@host:5671');
    expect(redacted.tenants).toEqual({ DEV: { registries: ['***'], log_ex: 5 } });
    expect(redacted.web).toEqual(config.web);
    expect(redactConfig(loadConfig({ env: {} })).store).toEqual(loadConfig({ env: {} }).store);
  });
});

describe('the MongoDB URL', () => {
  const { store } = loadConfig({ env: {} });

  it('is none when no host is given', () => {
    expect(mongoUri(store)).toBeNull();
  });

  it('is made from host, port, user and password, or taken as it is', () => {
    expect(mongoUri({ ...store, mongo_host: 'mongo' })).toBe('mongodb://mongo:27017/abaco');
    expect(mongoUri({ ...store, mongo_host: '::1', mongo_user: 'a', mongo_password: 'p@/' })).toBe(
      'mongodb://a:p%40%2F@[::1]:27017/abaco?authSource=admin',
    );
    expect(mongoUri({ ...store, mongo_host: 'x', mongo_uri: 'mongodb://y/z' })).toBe('mongodb://y/z');
  });
});
