import fc from 'fast-check';
import { idleTimeLeft, type PoolWorker } from './idle-end.js';

const idle = (activeAt: number): PoolWorker => ({ phase: 'idle', activeAt });
const sync = { hints: ['fast', 'sync'] };

describe('idleTimeLeft', () => {
  it('is nothing without the hint', () => {
    expect(idleTimeLeft({ hints: ['Sync', 'synchronous'] }, idle(100), [], 600, 110)).toBe(0);
  });

  it('lasts until the worker has been idle for the maximum', () => {
    expect(idleTimeLeft(sync, idle(100), [], 600, 150)).toBe(550);
    expect(idleTimeLeft(sync, idle(100), [], 600, 700)).toBe(0);
    expect(idleTimeLeft(sync, idle(100), [], 600, 9000)).toBe(0);
  });

  it('is for the most recently active worker only', () => {
    expect(idleTimeLeft(sync, idle(100), [idle(120)], 600, 150)).toBe(0);
    expect(idleTimeLeft(sync, idle(120), [idle(100)], 600, 150)).toBe(570);
  });

  it.each(['busy', 'starting'] as const)('is nothing while another worker is %s, which is the warm one', (phase) => {
    expect(idleTimeLeft(sync, idle(120), [{ phase, activeAt: 50 }], 600, 150)).toBe(0);
  });

  it('keeps exactly one of any idle workers that are young enough, and none otherwise', () => {
    const times = fc.uniqueArray(fc.nat(1000), { minLength: 1, maxLength: 12, size: 'max' });
    fc.assert(
      fc.property(times, fc.nat(1500), (activeAt, maxIdleMs) => {
        const kept = activeAt.filter((time) => {
          const others = activeAt.filter((other) => other !== time).map(idle);
          return idleTimeLeft(sync, idle(time), others, maxIdleMs, 1000) > 0;
        });
        const latest = Math.max(...activeAt);
        expect(kept).toEqual(latest + maxIdleMs > 1000 ? [latest] : []);
      }),
    );
  });
});
