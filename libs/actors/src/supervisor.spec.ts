import fc from 'fast-check';
import type { SupervisionStrategy } from './supervision.js';
import { Supervisor } from './supervisor.js';

const error = new Error('failure');

describe('A supervisor', () => {
  it.each<[string, SupervisionStrategy, number | undefined, string]>([
    ['restarts by default', {}, 0, 'restart'],
    ['does as the decider says: resume', { decide: () => 'resume' }, 0, 'resume'],
    ['does as the decider says: stop', { decide: () => 'stop' }, 0, 'stop'],
    ['does as the decider says: escalate', { decide: () => 'escalate' }, 0, 'escalate'],
    ['restarts where there is nothing to resume', { decide: () => 'resume' }, undefined, 'restart'],
    ['stops where no restart is allowed', { maxRestarts: 0 }, 0, 'stop'],
    ['escalates where no restart is allowed', { maxRestarts: 0, onExhausted: 'escalate' }, 0, 'escalate'],
    ['stops when the decision is none', { decide: () => 'panic' as never }, 0, 'stop'],
  ])('%s', (_name, strategy, ranMs, directive) => {
    expect(new Supervisor(strategy).judge(error, 0, ranMs, 0).directive).toBe(directive);
  });

  it('never waits longer than maxMs, nor less than the part of the delay that is not random', () => {
    const cases = fc.record({
      minMs: fc.integer({ min: 0, max: 1_000 }),
      maxMs: fc.integer({ min: 1_000, max: 60_000 }),
      jitter: fc.double({ min: 0, max: 1, noNaN: true }),
      randoms: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 2_000 }),
    });
    fc.assert(
      fc.property(cases, ({ minMs, maxMs, jitter, randoms }) => {
        const supervisor = new Supervisor({ backoff: { minMs, maxMs, jitter } });
        randoms.forEach((random, failure) => {
          const full = Math.min(maxMs, minMs * 2 ** failure);
          const { delayMs } = supervisor.judge(error, 0, 0, random);
          if (Number.isNaN(delayMs) || delayMs > full || delayMs < full * (1 - jitter) - 1e-6) {
            throw new Error(`${delayMs} ms after ${failure} failures`);
          }
        });
      }),
      { numRuns: 50 },
    );
  });

  it('allows at most maxRestarts within any window', () => {
    const gaps = fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 200 });
    fc.assert(
      fc.property(gaps, fc.integer({ min: 0, max: 5 }), (waits, maxRestarts) => {
        const withinMs = 1_000;
        const supervisor = new Supervisor({ maxRestarts, withinMs });
        const restarts: number[] = [];
        let now = 0;
        for (const wait of waits) {
          now += wait;
          const allowed = restarts.filter((at) => now - at < withinMs).length < maxRestarts;
          const { directive } = supervisor.judge(error, now, 0, 0);
          expect(directive).toBe(allowed ? 'restart' : 'stop');
          if (allowed) restarts.push(now);
        }
      }),
      { numRuns: 50 },
    );
  });
});
