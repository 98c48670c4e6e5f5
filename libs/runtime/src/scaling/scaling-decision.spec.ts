import fc from 'fast-check';
import { decideWorkers, type Demand, NEVER_GROWN } from './scaling-decision.js';
import type { ScalingPolicy } from './scaling-policy.js';

const standard: ScalingPolicy = {
  minWorkers: 0,
  maxWorkers: 6,
  messagesPerWorker: 1,
  scaleUpAgeMs: 0,
  scaleUpStep: Infinity,
  cooldownMs: 0,
  idleMs: 600_000,
};
const none: Demand = { now: 1_000, waiting: 0, oldestMs: 0, pool: { starting: 0, idle: 0, busy: 0 }, elsewhere: 0 };
const pool = (starting: number, idle: number, busy: number): Demand['pool'] => ({ starting, idle, busy });
const decide = (policy: Partial<ScalingPolicy>, demand: Partial<Demand>, grownAt = -Infinity) =>
  decideWorkers({ ...standard, ...policy }, { ...none, ...demand }, { grownAt });

describe('decideWorkers', () => {
  it('asks for nothing while no message waits', () => {
    expect(decide({}, { pool: pool(0, 0, 3) })).toEqual({ target: 0, lookInMs: Infinity, grownAt: -Infinity });
  });

  it('asks for one worker per waiting message beside the busy ones, at once', () => {
    expect(decide({}, { waiting: 2, pool: pool(0, 0, 1) })).toEqual({ target: 3, lookInMs: Infinity, grownAt: 1_000 });
  });

  it('asks for the first worker at once, whatever the policy', () => {
    const slow = { messagesPerWorker: 100, scaleUpAgeMs: 60_000, scaleUpStep: 1, cooldownMs: 60_000 };
    expect(decide(slow, { waiting: 1 }, 999).target).toBe(1);
    expect(decide(slow, { waiting: 1, pool: pool(0, 0, 0) }, 999).target).toBe(1);
  });

  it('counts messages that run when several share a worker, so that a backlog does not grow the pool to its maximum', () => {
    const shared = { messagesPerWorker: 10, maxWorkers: 50 };
    expect(decide(shared, { waiting: 9, pool: pool(0, 0, 1) }).target).toBe(1);
    expect(decide(shared, { waiting: 10, pool: pool(0, 0, 1) }).target).toBe(2);
    expect(decide(shared, { waiting: 10, pool: pool(0, 0, 2) }).target).toBe(2);
  });

  it('waits with further workers until the oldest message is old enough, and says until when', () => {
    const patient = { scaleUpAgeMs: 5_000 };
    const busy = pool(0, 0, 1);
    expect(decide(patient, { waiting: 4, oldestMs: 1_500, pool: busy })).toMatchObject({ target: 1, lookInMs: 3_500 });
    expect(decide(patient, { waiting: 4, oldestMs: 5_000, pool: busy })).toMatchObject({
      target: 5,
      lookInMs: Infinity,
    });
  });

  it('adds a step at a time, with a pause between', () => {
    const stepwise = { scaleUpStep: 2, cooldownMs: 5_000 };
    const first = decide(stepwise, { waiting: 9 });
    expect(first).toEqual({ target: 2, lookInMs: 5_000, grownAt: 1_000 });
    const pausing = { now: 3_000, waiting: 8, pool: pool(1, 0, 1) };
    expect(decide(stepwise, pausing, first.grownAt)).toEqual({ target: 2, lookInMs: 3_000, grownAt: 1_000 });
    const over = { now: 6_000, waiting: 8, pool: pool(0, 0, 2) };
    expect(decide(stepwise, over, first.grownAt)).toEqual({ target: 4, lookInMs: 5_000, grownAt: 6_000 });
  });

  it('keeps the warm ones, counting those of other hosts', () => {
    expect(decide({ minWorkers: 2 }, {}).target).toBe(2);
    expect(decide({ minWorkers: 2 }, { elsewhere: 1 }).target).toBe(1);
    expect(decide({ minWorkers: 2 }, { elsewhere: 5 }).target).toBe(0);
    expect(decide({ minWorkers: 2, scaleUpAgeMs: 9_000 }, { waiting: 5 })).toMatchObject({
      target: 2,
      lookInMs: 9_000,
    });
  });

  const policies: fc.Arbitrary<ScalingPolicy> = fc
    .record({
      minWorkers: fc.nat(8),
      extra: fc.nat(20),
      messagesPerWorker: fc.integer({ min: 1, max: 20 }),
      scaleUpAgeMs: fc.constantFrom(0, 1_000, 30_000),
      scaleUpStep: fc.constantFrom(1, 2, Infinity),
      cooldownMs: fc.constantFrom(0, 500, 30_000),
      idleMs: fc.constantFrom(1_000, Infinity),
    })
    .map(({ extra, ...policy }) => ({ ...policy, maxWorkers: Math.max(1, policy.minWorkers + extra) }));
  const demands: fc.Arbitrary<Demand> = fc.record({
    now: fc.nat(100_000),
    waiting: fc.nat(200),
    oldestMs: fc.nat(60_000),
    pool: fc.record({ starting: fc.nat(10), idle: fc.nat(10), busy: fc.nat(10) }),
    elsewhere: fc.nat(10),
  });

  it('never exceeds the maximum, always gives a waiting message a worker, and looks again when it holds back', () => {
    fc.assert(
      fc.property(policies, demands, fc.nat(100_000), (policy, demand, grownAt) => {
        const decision = decideWorkers(policy, demand, { grownAt });
        const { starting, idle, busy } = demand.pool;
        const present = starting + idle + busy;
        expect(decision.target).toBeLessThanOrEqual(policy.maxWorkers);
        if (demand.waiting > 0) expect(decision.target).toBeGreaterThanOrEqual(1);
        expect(decision.target).toBeGreaterThanOrEqual(Math.max(0, policy.minWorkers - demand.elsewhere));
        expect(decision.lookInMs).toBeGreaterThanOrEqual(0);
        const wanted = Math.min(policy.maxWorkers, Math.ceil((busy + demand.waiting) / policy.messagesPerWorker));
        const held = demand.waiting > 0 && wanted > Math.max(decision.target, present);
        expect(Number.isFinite(decision.lookInMs)).toBe(held);
        expect(decision.grownAt).toBe(decision.target > present ? demand.now : grownAt);
      }),
    );
  });

  it('is at rest once what it asked for is there: it asks for no more of the same demand', () => {
    fc.assert(
      fc.property(policies, demands, (policy, demand) => {
        const { target, grownAt } = decideWorkers(policy, demand, NEVER_GROWN);
        const { starting, idle, busy } = demand.pool;
        const added = Math.max(0, target - starting - idle - busy);
        const then = { ...demand, pool: { starting: starting + added, idle, busy } };
        const again = decideWorkers({ ...policy, scaleUpStep: Infinity }, then, { grownAt });
        if (policy.scaleUpStep === Infinity)
          expect(again.target).toBeLessThanOrEqual(Math.max(target, starting + idle + busy));
      }),
    );
  });
});
