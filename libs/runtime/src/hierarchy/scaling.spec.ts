import fc from 'fast-check';
import { desiredWorkers } from './scaling.js';

const pool = { starting: 0, idle: 0, busy: 0 };

describe('desiredWorkers', () => {
  it('asks for nothing while no message waits', () => {
    expect(desiredWorkers({ waiting: 0, pool: { ...pool, busy: 3 }, stateless: true, autoscaling: true, max: 6 })).toBe(
      0,
    );
  });

  it('asks for one worker per waiting message beside the busy ones', () => {
    expect(desiredWorkers({ waiting: 2, pool: { ...pool, busy: 1 }, stateless: true, autoscaling: true, max: 6 })).toBe(
      3,
    );
  });

  it('keeps stateful actors, and all without autoscaling, to one', () => {
    expect(desiredWorkers({ waiting: 9, pool, stateless: false, autoscaling: true, max: 6 })).toBe(1);
    expect(desiredWorkers({ waiting: 9, pool, stateless: true, autoscaling: false, max: 6 })).toBe(1);
  });

  it('never exceeds the maximum and always serves waiting messages', () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.nat(20), fc.integer({ min: 1, max: 20 }), (waiting, busy, max) => {
        const workers = desiredWorkers({
          waiting,
          pool: { ...pool, busy },
          stateless: true,
          autoscaling: true,
          max,
        });
        expect(workers).toBeLessThanOrEqual(max);
        expect(workers > 0).toBe(waiting > 0);
      }),
    );
  });
});
