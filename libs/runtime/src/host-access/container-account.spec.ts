import { type ConfigOverrides, loadConfig } from '@abaco/config';
import type { TenantId } from '@abaco/contract';
import { silentLogger } from '../logger.js';
import { containerAccount } from './container-account.js';
import { DirectoryFailed, type DirectoryService } from './directory-service.js';

const tas = { password: 'secret' };
const instance = { actor_uid: '1', actor_gid: '2', actor_homedir: '/instance' };
const tenant = { actor_uid: '3', actor_gid: '4' };
const known: DirectoryService = { account: () => Promise.resolve({ uid: '5', gid: '6', home: 'h' }) };
const down: DirectoryService = { account: () => Promise.reject(new DirectoryFailed('down')) };

describe('as whom containers run', () => {
  it.each<[what: string, tenant: string, overrides: ConfigOverrides, account: string | undefined]>([
    ["the image's own user", 'DEV', {}, undefined],
    ["the instance's user", 'DEV', { workers: instance }, '1:2 /instance'],
    ["the tenant's user", 'DEV', { workers: instance, tenants: { DEV: tenant } }, '3:4 null'],
    ["the image's own user for a tenant", 'DEV', { workers: instance, tenants: { DEV: { actor_uid: '' } } }, undefined],
    [
      "the user of the tenant's directory",
      'SD2E',
      { workers: { use_tas_uid: true }, tenants: { SD2E: tenant } },
      '5:6 h',
    ],
    [
      'only the tenant has the directory',
      'SD2E',
      { workers: instance, tenants: { SD2E: { use_tas_uid: true } } },
      '5:6 h',
    ],
    [
      "the tenant's user before a directory of others",
      'DEV',
      { workers: { use_tas_uid: true }, tenants: { DEV: tenant } },
      '3:4 null',
    ],
    ['the directory before the instance', 'DEV', { workers: { ...instance, use_tas_uid: true } }, '5:6 h'],
    [
      'the tenant has no directory',
      'SD2E',
      { workers: { ...instance, use_tas_uid: true }, tenants: { SD2E: { use_tas_uid: false } } },
      '1:2 /instance',
    ],
  ])('%s', async (_, name, overrides, account) => {
    const config = loadConfig({ env: {}, overrides: { tas, ...overrides } });
    const found = await containerAccount(config, known, name as TenantId, 'jdoe', silentLogger);
    expect(found && `${found.uid}:${found.gid} ${found.home}`).toBe(account);
  });

  it("is the image's own user when the directory fails, with a warning", async () => {
    const warnings: unknown[] = [];
    const logger = { ...silentLogger, warn: (fields: object) => void warnings.push(fields) };
    const config = loadConfig({ env: {}, overrides: { tas, workers: { ...instance, use_tas_uid: true } } });
    expect(await containerAccount(config, down, 'DEV' as TenantId, 'jdoe', logger)).toBeUndefined();
    expect(warnings).toEqual([{ tenant: 'DEV', user: 'jdoe', err: expect.any(DirectoryFailed) as unknown }]);
  });

  it.each([
    [{ workers: { actor_uid: '1' } }, 'workers.actor_uid and workers.actor_gid: give both or none.'],
    [{ tenants: { DEV: { actor_gid: '1' } } }, 'tenants.DEV.actor_uid and tenants.DEV.actor_gid: give both or none.'],
    [{ workers: { use_tas_uid: true } }, 'tas.password: workers.use_tas_uid needs it.'],
    [{ tenants: { DEV: { use_tas_uid: true } } }, 'tas.password: tenants.DEV.use_tas_uid needs it.'],
    [{ workers: { actor_uid: 'root', actor_gid: '0' } }, 'allowed is a number from 0 to 4294967294'],
    [{ workers: { actor_uid: '4294967295', actor_gid: '0' } }, 'allowed is a number from 0 to 4294967294'],
  ])('is refused at start: %j', (overrides, problem) => {
    expect(() => loadConfig({ env: {}, overrides })).toThrow(problem);
  });
});
