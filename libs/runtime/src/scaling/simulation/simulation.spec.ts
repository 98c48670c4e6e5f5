import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import type { ScalingPolicy } from '../scaling-policy.js';
import { simulateActor, type SimulationResult } from './actor-simulation.js';
import { compare, comparisonTable, DOCUMENTED, quantile } from './comparison.js';
import { type Load, loads, periodicLoad, randomOf } from './load.js';

const standard: ScalingPolicy = {
  minWorkers: 0,
  maxWorkers: 6,
  messagesPerWorker: 1,
  scaleUpAgeMs: 0,
  scaleUpStep: Infinity,
  cooldownMs: 0,
  idleMs: 60_000,
};
const HOUR_MS = 3_600_000;

const play = (load: Load, policy: Partial<ScalingPolicy> = {}, afterMs = HOUR_MS): SimulationResult =>
  simulateActor({ policy: { ...standard, ...policy }, load, startMs: 400, afterMs });

/** Most workers that lived at the same time, by when they were started and ended. */
function mostAtOnce({ starts, ends }: SimulationResult): number {
  const changes = [...starts.map((at) => [at, 1] as const), ...ends.map((at) => [at, -1] as const)];
  let living = 0;
  let most = 0;
  for (const [, change] of changes.sort(([a, up], [b, down]) => a - b || up - down)) {
    living += change;
    most = Math.max(most, living);
  }
  return most;
}

describe('scaling, simulated', () => {
  it('gives the table of docs/scaling.md', () => {
    const docs = readFileSync(new URL('../../../../../docs/scaling.md', import.meta.url), 'utf8');
    expect(docs).toContain(comparisonTable(compare(DOCUMENTED)));
  });

  it('is the same for the same seed, and another for another', () => {
    const waits = (seed: number) => loads({ seed, meanRunMs: 1_000 }).map(({ messages }) => messages.length);
    expect(waits(7)).toEqual(waits(7));
    expect(waits(7)).not.toEqual(waits(8));
    const random = randomOf(3);
    const numbers = Array.from({ length: 1_000 }, random);
    expect(Math.min(...numbers)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...numbers)).toBeLessThan(1);
    expect(quantile(numbers, 0.5)).toBeCloseTo(0.5, 1);
  });

  it('starts a worker for the first message in the same moment', () => {
    const { starts, waitsMs } = play(periodicLoad(10_000, 100, 10_000));
    expect([starts, waitsMs]).toEqual([[0], [400]]);
  });

  it('does not oscillate: under steady load workers are started once, and none ends while it lasts', () => {
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 3_000 }), fc.integer({ min: 50, max: 20_000 }), (everyMs, runMs) => {
        const durationMs = 10 * 60_000;
        const { starts, ends, mostWorkers } = play(periodicLoad(everyMs, runMs, durationMs));
        expect(starts).toHaveLength(mostWorkers);
        expect(ends.filter((at) => at < durationMs)).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });

  it('does not oscillate when idle workers end sooner than messages come round to them: those that are left suffice', () => {
    fc.assert(
      fc.property(fc.integer({ min: 500, max: 2_000 }), fc.integer({ min: 50, max: 6_000 }), (everyMs, runMs) => {
        const idleMs = 2 * everyMs;
        const settledMs = 60_000;
        const { starts } = play(periodicLoad(everyMs, runMs, 10 * 60_000), { idleMs });
        expect(starts.filter((at) => at > settledMs)).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });

  it('bounds starts under random steady load by what its idle time allows', () => {
    const steady = loads({ seed: 5, meanRunMs: 2_000 }).find(({ name }) => name === 'steady')!;
    for (const idleMs of [15_000, 30_000, 60_000]) {
      const { starts } = play(steady, { idleMs });
      const durationMs = steady.messages.at(-1)!.at;
      expect(starts.length).toBeLessThanOrEqual(6 + durationMs / idleMs);
    }
  });

  const policies = fc.record({
    minWorkers: fc.nat(3),
    maxWorkers: fc.integer({ min: 3, max: 8 }),
    messagesPerWorker: fc.integer({ min: 1, max: 10 }),
    scaleUpAgeMs: fc.constantFrom(0, 2_000, 20_000),
    scaleUpStep: fc.constantFrom(1, 2, Infinity),
    cooldownMs: fc.constantFrom(0, 1_000, 10_000),
    idleMs: fc.constantFrom(1_000, 10_000, 60_000),
  });

  it('serves everything, never has more workers than allowed, keeps the warm ones, and goes down to them', () => {
    const messages = fc.array(fc.record({ at: fc.nat(120_000), runMs: fc.nat(10_000) }), {
      size: 'max',
      maxLength: 150,
    });
    const inNoTime = {
      minWorkers: 0,
      maxWorkers: 3,
      messagesPerWorker: 1,
      scaleUpAgeMs: 0,
      scaleUpStep: 1,
      cooldownMs: 0,
      idleMs: 1_000,
    };
    fc.assert(
      fc.property(policies, messages, fc.nat(5_000), (policy, unsorted, startMs) => {
        const load = { name: 'any', messages: unsorted.toSorted((a, b) => a.at - b.at) };
        const result = simulateActor({ policy, load, startMs, afterMs: HOUR_MS });
        expect(result.finished).toBe(load.messages.length);
        expect(mostAtOnce(result)).toBeLessThanOrEqual(policy.maxWorkers);
        expect(result.left).toBe(policy.minWorkers);
        const endOfAll = Math.max(0, ...result.ends);
        const living = (at: number) =>
          result.starts.filter((start) => start <= at).length - result.ends.filter((end) => end <= at).length;
        for (const at of [0, ...result.ends, endOfAll]) expect(living(at)).toBeGreaterThanOrEqual(policy.minWorkers);
      }),
      { numRuns: 100, examples: [[inNoTime, [{ at: 0, runMs: 0 }], 0]] },
    );
  });

  it('waits with further workers no longer than the age it is told', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 30 }), (ageSeconds) => {
        const load = { name: 'two', messages: [0, 0].map((at) => ({ at, runMs: HOUR_MS / 2 })) };
        const { starts } = play(load, { scaleUpAgeMs: ageSeconds * 1000 });
        expect(starts[0]).toBe(0);
        expect(starts[1]).toBeGreaterThanOrEqual(ageSeconds * 1000);
        expect(starts[1]).toBeLessThanOrEqual(ageSeconds * 1000 + 2_000);
      }),
    );
  });
});
