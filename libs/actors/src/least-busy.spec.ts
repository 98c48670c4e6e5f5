import fc from 'fast-check';
import { leastBusy } from './least-busy.js';
import type { Routee } from './routing.js';

const state = fc.record({
  load: fc.integer({ min: 0, max: 4 }),
  phase: fc.constantFrom('running', 'running', 'restarting', 'stopping'),
});
const routees = fc.array(state, { minLength: 1, maxLength: 10 }).map((states) =>
  states.map(({ load, phase }, index): Routee => {
    return { number: index + 1, load, isRunning: phase === 'running', isStopping: phase === 'stopping' };
  }),
);
const running = (number: number, load: number): Routee => ({ number, load, isRunning: true, isStopping: false });

describe('Least busy', () => {
  it('chooses the lowest load among those that run, else among those that will, else any', () => {
    fc.assert(
      fc.property(fc.array(routees, { minLength: 1, maxLength: 20 }), (situations) => {
        const choose = leastBusy()();
        for (const all of situations) {
          const chosen = choose(undefined, all);
          const rivals = [all.filter(({ isRunning }) => isRunning), all.filter(({ isStopping }) => !isStopping), all];
          const best = rivals.find((some) => some.length > 0)!;
          expect(best).toContain(chosen);
          if (best !== all) expect(chosen.load).toBe(Math.min(...best.map(({ load }) => load)));
        }
      }),
    );
  });

  it('lets equals take turns', () => {
    const choose = leastBusy()();
    const all = [running(1, 2), running(2, 1), running(3, 1), running(4, 1)];
    expect(Array.from({ length: 6 }, () => choose(undefined, all).number)).toEqual([2, 3, 4, 2, 3, 4]);
  });
});
