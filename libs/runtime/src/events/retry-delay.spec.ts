import fc from 'fast-check';
import { retryDelay } from './retry-delay.js';

describe('the time until the next attempt', () => {
  it('doubles from a second to an hour', () => {
    const delays = [1, 2, 3, 4, 12, 13, 20, 1_000].map((attempts) => retryDelay(attempts, 0));
    expect(delays).toEqual([1_000, 2_000, 4_000, 8_000, 2_048_000, 3_600_000, 3_600_000, 3_600_000]);
  });

  it('is at least half of that, whatever the chance', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 2_000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (attempts, random) => {
          const whole = retryDelay(attempts, 0);
          expect(retryDelay(attempts, random)).toBeLessThanOrEqual(whole);
          expect(retryDelay(attempts, random)).toBeGreaterThanOrEqual(whole / 2);
        },
      ),
    );
  });
});
