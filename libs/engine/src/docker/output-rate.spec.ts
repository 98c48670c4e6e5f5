import fc from 'fast-check';
import { OutputRate } from './output-rate.js';

describe('the rate of output', () => {
  it('lets a second of output through at once, and holds back what is more', () => {
    let now = 50_000;
    const rate = new OutputRate(1_000, () => now);
    expect(rate.pauseAfter(1_000)).toBe(0);
    expect(rate.pauseAfter(500)).toBe(500);
    now += 500;
    expect(rate.pauseAfter(0)).toBe(0);
    now += 60_000;
    expect([rate.pauseAfter(1_000), rate.pauseAfter(1)]).toEqual([0, 1]);
  });

  it('lets never more through than it should in any time, and no less when there is enough', () => {
    const step = fc.record({
      bytes: fc.integer({ min: 1, max: 100_000 }),
      silence: fc.integer({ min: 0, max: 3_000 }),
    });
    fc.assert(
      fc.property(
        fc.integer({ min: 1_000, max: 1_000_000 }),
        fc.array(step, { minLength: 1, maxLength: 50, size: 'max' }),
        (bytesPerSecond, steps) => {
          let now = 0;
          let read = 0;
          let pause = 0;
          const rate = new OutputRate(bytesPerSecond, () => now);
          const begun = now;
          for (const { bytes, silence } of steps) {
            now += pause + silence;
            // what is read at one time may be too much, and is paid for afterwards
            expect(read / bytesPerSecond).toBeLessThanOrEqual((now - begun) / 1_000 + 1 + 1e-6);
            read += bytes;
            pause = rate.pauseAfter(bytes);
            expect(pause).toBeLessThanOrEqual((bytes / bytesPerSecond) * 1_000 + 1e-6);
          }
        },
      ),
    );
  });
});
