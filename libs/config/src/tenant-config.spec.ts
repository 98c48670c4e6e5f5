import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { loadConfig } from './load-config.js';
import { redactConfig } from './redact.js';
import { tenantConfig } from './tenant-config.js';

describe('the configuration of a tenant', () => {
  let directory: string;
  beforeAll(() => (directory = mkdtempSync(join(tmpdir(), 'abaco-tenants-'))));
  afterAll(() => rmSync(directory, { recursive: true }));
  const fileWith = (content: string): string => {
    const file = join(directory, 'abaco.yaml');
    writeFileSync(file, content);
    return file;
  };

  it('comes from the file, over it from the environment as the original spells it', () => {
    const file = fileWith(
      'tenants:\n  DEV-STAGING:\n    log_ex: 600\n    Actors: 7\nweb:\n  A2CPS_default_token: true\n',
    );
    const config = loadConfig({ file, env: { 'web_DEV-STAGING_log_ex': '30', web_DEV_log_ex_limit: '-1' } });
    expect(config.tenants).toEqual({
      'DEV-STAGING': { log_ex: 30, actors: 7 },
      A2CPS: { default_token: true },
      DEV: { log_ex_limit: -1 },
    });
    expect(redactConfig(config).tenants).toEqual(config.tenants);
  });

  it('is what everybody has where a tenant has nothing of its own', () => {
    const own = { log_ex: fc.integer({ min: 1 }), log_ex_limit: fc.integer({ min: 1 }), actors: fc.nat() };
    fc.assert(
      fc.property(
        fc.stringMatching(/^[A-Za-z0-9.-]{1,12}$/),
        fc.record({ ...own, default_token: fc.boolean() }, { requiredKeys: [] }),
        (tenant, overrides) => {
          const config = loadConfig({ env: {}, overrides: { tenants: { [tenant]: overrides } } });
          const everybody = tenantConfig(config, `${tenant}x`);
          expect(everybody).toMatchObject({ log_ex: config.web.log_ex, actors: config.quotas.actors });
          expect(tenantConfig(config, tenant)).toEqual({ ...everybody, ...overrides });
        },
      ),
    );
  });

  it('never takes what every object has for a tenant', () => {
    const config = loadConfig({ env: {}, overrides: { tenants: { constructor: { actors: 3 } } } });
    expect(tenantConfig(config, 'constructor').actors).toBe(3);
    expect(tenantConfig(config, 'toString').actors).toBe(-1);
  });

  it.each([
    ['tenants:\n  DEV:\n    log_exx: 600\n', 'unknown option log_exx of tenant DEV; did you mean log_ex?'],
    [
      'tenants:\n  DEV:\n    actors: many\n',
      'tenants.DEV.actors is "many", allowed is -1 or an integer from 0 upwards.',
    ],
  ])('refuses %j', (content, problem) => {
    expect(() => loadConfig({ file: fileWith(content), env: {} })).toThrow(problem);
  });
});
