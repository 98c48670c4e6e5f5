import { loadConfig, type NetworkMode } from '@abaco/config';
import type { TenantId } from '@abaco/contract';
import { containerNetwork } from './container-network.js';
import { runTimeLimit } from './run-time-limit.js';

const tenant = 'DEV' as TenantId;

describe('containerNetwork', () => {
  it.each<[instance: NetworkMode, own: NetworkMode | null, given: NetworkMode]>([
    ['bridge', null, 'bridge'],
    ['bridge', 'none', 'none'],
    ['bridge', 'host', 'bridge'],
    ['none', 'bridge', 'none'],
    ['host', 'bridge', 'bridge'],
    ['host', 'host', 'host'],
    ['host', null, 'host'],
  ])('where %s is allowed, an actor that says %s has %s', (network, own, given) => {
    expect(
      containerNetwork(loadConfig({ env: {}, overrides: { workers: { network } } }), { tenant, network: own }),
    ).toBe(given);
    const ofTenant = loadConfig({
      env: {},
      overrides: { workers: { network: 'none' }, tenants: { DEV: { network } } },
    });
    expect(containerNetwork(ofTenant, { tenant, network: own })).toBe(given);
  });
});

describe('runTimeLimit', () => {
  it.each([
    [-1, null, -1],
    [-1, 5, 5],
    [10, null, 10],
    [10, 5, 5],
    [10, 20, 10],
  ])('of an instance with %d, and an actor with %d, is %d', (max_run_time, own, limit) => {
    expect(
      runTimeLimit(loadConfig({ env: {}, overrides: { workers: { max_run_time } } }), { tenant, max_run_time: own }),
    ).toBe(limit);
    const ofTenant = loadConfig({
      env: {},
      overrides: { workers: { max_run_time: 1 }, tenants: { DEV: { max_run_time } } },
    });
    expect(runTimeLimit(ofTenant, { tenant, max_run_time: own })).toBe(limit);
  });
});
