import fc from 'fast-check';
import { faultCauses } from '@abaco/store';
import { faultOf, faultPause } from './fault-retry.js';

const pauses = { error_retry_delay: 30, error_retry_max_delay: 900 };

describe('the pause before an actor in ERROR is tried again', () => {
  it('doubles up to the longest', () => {
    const seconds = [0, 1, 2, 3, 4, 5, 6, 1000].map((tries) => faultPause('image-network', tries, pauses, 0)! / 1000);
    expect(seconds).toEqual([30, 60, 120, 240, 480, 900, 900, 900]);
  });

  it('is at most half as long by chance, and never longer than the longest', () => {
    const causes = fc.constantFrom(...faultCauses.filter((cause) => cause !== 'containers'));
    const settings = fc.record({
      error_retry_delay: fc.integer({ min: 1, max: 86_400 }),
      error_retry_max_delay: fc.integer({ min: 1, max: 86_400 }),
    });
    fc.assert(
      fc.property(
        causes,
        fc.nat(),
        settings,
        fc.double({ min: 0, max: 1, noNaN: true }),
        (cause, tries, some, chance) => {
          const pause = faultPause(cause, tries, some, chance)!;
          const longest = Math.max(some.error_retry_delay, some.error_retry_max_delay) * 1000;
          expect(pause).toBeGreaterThanOrEqual((Math.min(some.error_retry_delay, longest) * 1000) / 2);
          expect(pause).toBeLessThanOrEqual(longest);
        },
      ),
    );
  });

  it('is none where only the owner can mend it, or the instance wants none', () => {
    expect(faultOf('containers', 0, pauses)).toEqual({ cause: 'containers', tries: 0, retry_at: null });
    expect(faultPause('image-network', 0, { ...pauses, error_retry_delay: -1 })).toBeUndefined();
  });
});
