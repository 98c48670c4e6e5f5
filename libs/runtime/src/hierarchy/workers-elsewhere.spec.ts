import fc from 'fast-check';
import type { HostId, WorkerStatus } from '@abaco/contract';
import type { WorkerRecord } from '@abaco/store';
import { WorkersElsewhere } from './workers-elsewhere.js';

const here = 'here' as HostId;
const worker = (status: WorkerStatus, host = 'there', revision = 1): WorkerRecord =>
  ({ status, host_id: host, revision }) as WorkerRecord;

describe('workers of an actor on other hosts', () => {
  it('are counted by what they do: those of this host, of other revisions, and those that go are not', () => {
    const elsewhere = new WorkersElsewhere();
    const records = [
      worker('REQUESTED'),
      worker('PULLING IMAGE'),
      worker('READY'),
      worker('BUSY'),
      worker('SHUTTING_DOWN'),
      worker('SHUTDOWN_REQUESTED'),
      worker('ERROR'),
      worker('BUSY', 'here'),
      worker('BUSY', 'there', 2),
    ];
    elsewhere.learn(records, here, 1, { idleCount: true });
    expect(elsewhere.state).toEqual({ starting: 2, idle: 1, busy: 1 });
    elsewhere.learn(records, here, 1, { idleCount: false });
    expect(elsewhere.state).toEqual({ starting: 2, idle: 0, busy: 1 });
  });

  it('that were asked for are not asked for again until they should have shown', () => {
    const elsewhere = new WorkersElsewhere();
    expect([elsewhere.isEmpty(0), elsewhere.missing(2, 0)]).toEqual([true, 2]);
    elsewhere.ask(0);
    expect([elsewhere.isEmpty(0), elsewhere.missing(2, 0)]).toEqual([false, 1]);
    expect([elsewhere.isEmpty(5_001), elsewhere.missing(2, 5_001)]).toEqual([true, 2]);
  });

  it('that have shown are no longer pending', () => {
    const elsewhere = new WorkersElsewhere();
    elsewhere.ask(0);
    elsewhere.learn([worker('REQUESTED')], here, 1, { idleCount: true });
    expect(elsewhere.missing(1, 0)).toBe(0);
    expect(elsewhere.missing(2, 0)).toBe(1);
  });

  it('together with those asked for never exceed what is wanted', () => {
    const step = fc.oneof(
      fc.record({ type: fc.constant('want' as const), target: fc.nat(10), after: fc.nat(2_000) }),
      fc.record({ type: fc.constant('show' as const), count: fc.nat(10), after: fc.nat(2_000) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60, size: 'max' }), (steps) => {
        const elsewhere = new WorkersElsewhere();
        let now = 0;
        for (const one of steps) {
          now += one.after;
          if (one.type === 'show') {
            elsewhere.learn(
              Array.from({ length: one.count }, () => worker('BUSY')),
              here,
              1,
              { idleCount: true },
            );
            continue;
          }
          const missing = elsewhere.missing(one.target, now);
          expect(missing).toBeLessThanOrEqual(Math.max(0, one.target - elsewhere.state.busy));
          for (let asked = 0; asked < missing; asked++) elsewhere.ask(now);
          expect(elsewhere.missing(one.target, now)).toBe(0);
        }
      }),
    );
  });
});
