import fc from 'fast-check';
import { Queue } from './queue.js';

describe('A queue', () => {
  it('behaves as an array of any length does', () => {
    const operations = fc.array(
      fc.oneof({ weight: 3, arbitrary: fc.integer() }, { weight: 2, arbitrary: fc.constant('shift') }),
      {
        maxLength: 400,
      },
    );
    fc.assert(
      fc.property(operations, (steps) => {
        const queue = new Queue<number>();
        const model: number[] = [];
        for (const step of steps) {
          if (typeof step === 'number') {
            queue.push(step);
            model.push(step);
          } else {
            expect(queue.shift()).toBe(model.shift());
          }
          expect(queue.size).toBe(model.length);
        }
      }),
    );
  });
});
