import { type ConfigOverrides, loadConfig } from '@abaco/config';
import type { TenantId } from '@abaco/contract';
import { firstWorkers, type ScaledActor, scalingPolicyOf, workerLimit } from './scaling-policy.js';

const configOf = (overrides: ConfigOverrides = {}) => loadConfig({ env: {}, overrides });
const actor: ScaledActor = { tenant: 'DEV' as TenantId, stateless: true, max_workers: null };
const silent = {
  min_workers: null,
  messages_per_worker: null,
  scale_up_age: null,
  scale_up_step: null,
  scale_up_cooldown: null,
  worker_ttl: null,
};

describe('the scaling policy of an actor', () => {
  it('is by default one worker per message at once, up to the maximum, and none when idle', () => {
    expect(scalingPolicyOf(actor, configOf())).toEqual({
      minWorkers: 0,
      maxWorkers: 6,
      messagesPerWorker: 1,
      scaleUpAgeMs: 0,
      scaleUpStep: Infinity,
      cooldownMs: 0,
      idleMs: 600_000,
    });
  });

  it('is what the actor says, else its tenant, else the instance', () => {
    const config = configOf({
      workers: { scale_up_age: 3, scale_up_cooldown: 4, worker_ttl: 5 },
      tenants: { DEV: { scale_up_cooldown: 40, worker_ttl: 50, max_workers_per_actor: 9 } },
    });
    const scaling = { ...silent, worker_ttl: -1, min_workers: 2, scale_up_step: 1 };
    expect(scalingPolicyOf({ ...actor, scaling }, config)).toEqual({
      minWorkers: 2,
      maxWorkers: 9,
      messagesPerWorker: 1,
      scaleUpAgeMs: 3_000,
      scaleUpStep: 1,
      cooldownMs: 40_000,
      idleMs: Infinity,
    });
    expect(scalingPolicyOf({ ...actor, tenant: 'B' as TenantId, scaling }, config)).toMatchObject({
      cooldownMs: 4_000,
    });
  });

  it('keeps stateful actors, and all without autoscaling, to one, but for those that are kept warm', () => {
    const warm = { ...silent, min_workers: 3 };
    const off = configOf({ workers: { autoscaling: false } });
    expect(scalingPolicyOf({ ...actor, stateless: false }, configOf()).maxWorkers).toBe(1);
    expect(scalingPolicyOf({ ...actor, stateless: false, scaling: warm }, configOf())).toMatchObject({ minWorkers: 1 });
    expect(scalingPolicyOf(actor, off).maxWorkers).toBe(1);
    expect(scalingPolicyOf({ ...actor, scaling: warm }, off)).toMatchObject({ minWorkers: 3, maxWorkers: 3 });
    expect(scalingPolicyOf({ ...actor, max_workers: 2, scaling: warm }, configOf())).toMatchObject({ minWorkers: 2 });
  });

  it('limits the workers of stateless actors as they, or the instance, say', () => {
    expect(workerLimit({ ...actor, max_workers: 3 }, configOf())).toBe(3);
    expect(workerLimit(actor, configOf({ spawner: { max_workers_per_actor: 4 } }))).toBe(4);
    expect(workerLimit({ ...actor, stateless: false, max_workers: 3 }, configOf())).toBe(1);
  });

  it('gives a new actor its first workers: as many as the instance says, or are kept warm', () => {
    expect(firstWorkers(actor, configOf())).toBe(1);
    expect(firstWorkers(actor, configOf({ workers: { init_count: 0 } }))).toBe(0);
    expect(firstWorkers(actor, configOf({ workers: { init_count: 3 } }))).toBe(3);
    expect(firstWorkers({ ...actor, max_workers: 2 }, configOf({ workers: { init_count: 3 } }))).toBe(2);
    expect(firstWorkers({ ...actor, stateless: false }, configOf({ workers: { init_count: 3 } }))).toBe(1);
    expect(firstWorkers(actor, configOf({ workers: { init_count: 0, min_workers: 2 } }))).toBe(2);
    expect(firstWorkers(actor, configOf({ tenants: { DEV: { init_count: 0 } } }))).toBe(0);
  });
});
