import fc from 'fast-check';
import { type IdleRules, idleTimeLeft, type PoolWorker } from './idle-end.js';

const idle = (activeAt: number, slot = 9): PoolWorker => ({ phase: 'idle', slot, activeAt });
const rules: IdleRules = { hints: [], minWorkers: 0, idleMs: 10, maxIdleMs: 600 };
const sync: IdleRules = { ...rules, hints: ['fast', 'sync'] };

describe('idleTimeLeft', () => {
  it('is what is left of the idle time, then nothing', () => {
    expect(idleTimeLeft(rules, idle(100), [], 104)).toBe(6);
    expect(idleTimeLeft(rules, idle(100), [], 110)).toBe(0);
    expect(idleTimeLeft({ ...rules, idleMs: Infinity }, idle(100), [], 1e12)).toBe(Infinity);
  });

  it('is nothing without the hint', () => {
    expect(idleTimeLeft({ ...rules, hints: ['Sync', 'synchronous'] }, idle(100), [], 110)).toBe(0);
  });

  it('never ends for the workers that are kept warm', () => {
    const warm = { ...rules, minWorkers: 2 };
    expect([0, 1, 2, 3].map((slot) => idleTimeLeft(warm, idle(100, slot), [], 99_999))).toEqual([10, 10, 0, 0]);
  });

  it('goes on, with the hint, until the worker has been idle for the maximum', () => {
    expect(idleTimeLeft(sync, idle(100), [], 150)).toBe(10);
    expect(idleTimeLeft(sync, idle(100), [], 697)).toBe(3);
    expect(idleTimeLeft(sync, idle(100), [], 700)).toBe(0);
    expect(idleTimeLeft(sync, idle(100), [], 9000)).toBe(0);
  });

  it('is, with the hint, for the most recently active worker only', () => {
    expect(idleTimeLeft(sync, idle(100), [idle(120)], 150)).toBe(0);
    expect(idleTimeLeft(sync, idle(120), [idle(100)], 150)).toBe(10);
  });

  it.each(['busy', 'starting'] as const)('is nothing while another worker is %s, which is the warm one', (phase) => {
    expect(idleTimeLeft(sync, idle(120), [{ phase, slot: 1, activeAt: 50 }], 150)).toBe(0);
  });

  it('keeps exactly one of any idle workers that are young enough, and none otherwise', () => {
    const times = fc.uniqueArray(fc.nat(980), { minLength: 1, maxLength: 12, size: 'max' });
    fc.assert(
      fc.property(times, fc.nat(1500), (activeAt, maxIdleMs) => {
        const kept = activeAt.filter((time) => {
          const others = activeAt.filter((other) => other !== time).map((at) => idle(at));
          return idleTimeLeft({ ...sync, maxIdleMs }, idle(time), others, 1000) > 0;
        });
        const latest = Math.max(...activeAt);
        expect(kept).toEqual(latest + maxIdleMs > 1000 ? [latest] : []);
      }),
    );
  });
});
