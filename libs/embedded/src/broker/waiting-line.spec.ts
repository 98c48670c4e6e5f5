import fc from 'fast-check';
import { WaitingLine } from './waiting-line.js';

/** A line over a store that holds what joined and was not taken, like the real one. */
function lineOver(initial: number[] = []) {
  const stored = [...initial];
  let reads = 0;
  const line = new WaitingLine(
    (after, upTo, limit) => {
      reads++;
      return stored.filter((position) => position > after && position <= upTo).slice(0, limit);
    },
    (initial[0] ?? 1) - 1,
    initial.at(-1) ?? 0,
    initial.length,
  );
  return { line, stored, reads: () => reads };
}

const oneTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

describe('WaitingLine', () => {
  it('gives positions in order, far beyond one page', () => {
    const { line, stored } = lineOver();
    for (const position of oneTo(5000)) {
      stored.push(position);
      line.join(position);
    }
    expect(line.length).toBe(5000);
    expect(oneTo(5000).map(() => line.take())).toEqual(oneTo(5000));
    expect(line.take()).toBeUndefined();
  });

  it('reads a page at a time what was there at start', () => {
    const { line, reads } = lineOver(oneTo(3000));
    expect(oneTo(3000).map(() => line.take())).toEqual(oneTo(3000));
    expect(reads()).toBe(3);
  });

  it('does not show what is stored but has not joined', () => {
    const { line, stored } = lineOver(oneTo(1));
    stored.push(2);
    expect([line.take(), line.take()]).toEqual([1, undefined]);
    line.join(2);
    expect(line.take()).toBe(2);
  });

  it('behaves like a sorted list, whatever the order of joins, takes, returns and clears', () => {
    const step = fc.oneof(
      {
        weight: 4,
        arbitrary: fc.record({ kind: fc.constant('join' as const), count: fc.integer({ min: 1, max: 700 }) }),
      },
      {
        weight: 4,
        arbitrary: fc.record({ kind: fc.constant('take' as const), count: fc.integer({ min: 1, max: 700 }) }),
      },
      {
        weight: 2,
        arbitrary: fc.record({ kind: fc.constant('back' as const), count: fc.integer({ min: 1, max: 30 }) }),
      },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('clear' as const), count: fc.constant(0) }) },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const { line, stored } = lineOver();
        let waiting: number[] = [];
        let taken: number[] = [];
        let last = 0;
        for (const { kind, count } of steps) {
          for (let i = 0; kind === 'join' && i < count; i++) {
            stored.push(++last);
            waiting.push(last);
            line.join(last);
          }
          for (let i = 0; kind === 'take' && i < count && waiting.length > 0; i++) {
            const position = line.take();
            expect(position).toBe(waiting.shift());
            taken.push(position!);
          }
          if (kind === 'back') {
            const back = taken.splice(Math.floor(taken.length / 2), count);
            for (const position of back) line.giveBack(position);
            waiting = [...back, ...waiting].sort((a, b) => a - b);
          }
          if (kind === 'clear') {
            expect(line.clear()).toBe(waiting.length);
            waiting = [];
            taken = [];
          }
          expect(line.length).toBe(waiting.length);
        }
      }),
      { numRuns: 200 },
    );
  });
});
