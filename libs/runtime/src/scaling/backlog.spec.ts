import fc from 'fast-check';
import { Backlog } from './backlog.js';

describe('Backlog', () => {
  let backlog: Backlog;
  beforeEach(() => (backlog = new Backlog()));

  it('knows since when a message has been waiting', () => {
    expect([backlog.waiting, backlog.oldestMs(500)]).toEqual([0, 0]);
    backlog.add(1, 1_000);
    backlog.add(2, 4_000);
    expect([backlog.waiting, backlog.oldestMs(5_000)]).toEqual([3, 4_000]);
  });

  it('does not know how old the next message is, until it is seen in the store', () => {
    backlog.add(3, 1_000);
    backlog.take(5_000);
    expect([backlog.waiting, backlog.oldestMs(6_000)]).toEqual([2, 1_000]);
    backlog.correct({ waiting: 2, oldestMs: 4_500 }, 6_000);
    expect(backlog.oldestMs(7_000)).toBe(5_500);
    backlog.correct({ waiting: 3 }, 8_000);
    expect([backlog.waiting, backlog.oldestMs(8_000)]).toEqual([3, 6_500]);
  });

  it('is empty when nothing is left', () => {
    backlog.add(1, 1_000);
    backlog.take(2_000);
    backlog.take(2_000);
    expect([backlog.waiting, backlog.oldestMs(9_000)]).toEqual([0, 0]);
    backlog.add(1, 9_000);
    expect(backlog.oldestMs(9_500)).toBe(500);
    backlog.correct({ waiting: 0 }, 0);
    expect([backlog.waiting, backlog.oldestMs(9_900)]).toEqual([0, 0]);
  });

  it('never makes a message older than it is, whatever is taken and added', () => {
    const step = fc.record({ add: fc.boolean(), after: fc.nat(1_000) });
    fc.assert(
      fc.property(fc.array(step, { size: 'max', maxLength: 100 }), (steps) => {
        const known = new Backlog();
        const queue: number[] = [];
        let now = 0;
        for (const { add, after } of steps) {
          now += after;
          if (add) {
            queue.push(now);
            known.add(1, now);
          } else {
            queue.shift();
            known.take(now);
          }
          expect(known.waiting).toBe(queue.length);
          expect(known.oldestMs(now)).toBeLessThanOrEqual(queue.length > 0 ? now - queue[0]! : 0);
        }
      }),
    );
  });
});
