import fc from 'fast-check';
import { backoffDelay } from './backoff-delay.js';

describe('The delay after a failure', () => {
  it('doubles from minMs to maxMs', () => {
    const delays = [0, 1, 2, 3, 4].map((failures) => backoffDelay(failures, { minMs: 10, maxMs: 65 }, 0));
    expect(delays).toEqual([10, 20, 40, 65, 65]);
  });

  it('is 100 ms to 10 s, less up to 20 %, unless told otherwise', () => {
    expect([backoffDelay(0, {}, 0), backoffDelay(0, {}, 1), backoffDelay(99, {}, 0)]).toEqual([100, 80, 10_000]);
  });

  it('is a number within its range after however many failures', () => {
    const range = fc.record({
      minMs: fc.nat(1_000),
      maxMs: fc.nat(100_000),
      jitter: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    const random = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.nat(), range, random, (failures, backoff, chance) => {
        const delayMs = backoffDelay(failures, backoff, chance);
        expect(delayMs).toBeGreaterThanOrEqual(0);
        expect(delayMs).toBeLessThanOrEqual(backoff.maxMs);
      }),
    );
  });
});
