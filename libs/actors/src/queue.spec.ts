import fc from 'fast-check';
import { Queue } from './queue.js';

type Step =
  { readonly put: 'push' | 'unshift'; readonly item: number | undefined } | { readonly take: 'shift' | 'pop' };

const put = fc.record({
  put: fc.constantFrom('push' as const, 'unshift' as const),
  item: fc.option(fc.integer(), { nil: undefined }),
});
const take = fc.record({ take: fc.constantFrom('shift' as const, 'pop' as const) });
const steps = fc.array(fc.oneof({ weight: 3, arbitrary: put }, { weight: 2, arbitrary: take }), {
  maxLength: 400,
  size: 'max',
});

/** Does the same to a queue and to an array, and compares what comes out. */
function play(given: readonly Step[]): void {
  const queue = new Queue<number | undefined>();
  const model: (number | undefined)[] = [];
  for (const step of given) {
    if ('put' in step) {
      queue[step.put](step.item);
      model[step.put](step.item);
    } else {
      expect(queue[step.take]()).toBe(model[step.take]());
    }
    expect(queue.size).toBe(model.length);
  }
  while (model.length > 0) expect(queue.shift()).toBe(model.shift());
  expect(queue.size).toBe(0);
}

describe('A queue', () => {
  it('behaves as an array does, at both of its ends', () => {
    fc.assert(fc.property(steps, play), { numRuns: 300 });
  });

  it.each(['push', 'unshift'] as const)('grows to any length from the end of %s, wherever it began', (end) => {
    for (let before = 0; before < 10; before += 1) {
      const queue = new Queue<number>();
      for (let n = 0; n < before; n += 1) queue.push(n);
      for (let n = 0; n < before; n += 1) queue.shift();
      for (let n = 0; n < 1_000; n += 1) queue[end](n);
      const out = Array.from({ length: 1_000 }, () => (end === 'push' ? queue.shift() : queue.pop()));
      expect(out).toEqual(Array.from({ length: 1_000 }, (_, n) => n));
    }
  });

  it('keeps nothing that has been taken out', () => {
    const queue = new Queue<object>();
    for (let n = 0; n < 20; n += 1) queue.push({});
    for (let n = 0; n < 10; n += 1) {
      queue.shift();
      queue.pop();
    }
    const { slots } = queue as unknown as { slots: unknown[] };
    expect(slots.every((slot) => slot === undefined)).toBe(true);
  });
});
