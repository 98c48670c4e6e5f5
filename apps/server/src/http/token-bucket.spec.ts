import fc from 'fast-check';
import { TokenBuckets } from './token-bucket.js';

describe('a token bucket', () => {
  it('lets a burst through and then so many requests per second', () => {
    let now = 0;
    const buckets = new TokenBuckets(() => now);
    const rate = { perSecond: 2, burst: 3 };
    const take = () => buckets.take('a', rate);
    expect([take(), take(), take(), take()]).toEqual([0, 0, 0, 0.5]);
    now = 0.25;
    expect(take()).toBe(0.25);
    now = 0.5;
    expect([take(), take()]).toEqual([0, 0.5]);
    expect(buckets.take('b', rate)).toBe(0);
  });

  it('never lets more through than the burst and what the time gives, and keeps its word on when to come again', () => {
    fc.assert(
      fc.property(
        fc.record({ perSecond: fc.integer({ min: 1, max: 50 }), burst: fc.integer({ min: 1, max: 50 }) }),
        fc.array(fc.integer({ min: 0, max: 300 }), { size: 'max', maxLength: 200 }),
        (rate, pauses) => {
          let now = 0;
          let passed = 0;
          const buckets = new TokenBuckets(() => now);
          for (const pause of pauses) {
            now += pause / 1000;
            const wait = buckets.take('a', rate);
            if (wait === 0) passed++;
            else {
              now += wait + 1e-9;
              expect(buckets.take('a', rate)).toBe(0);
              passed++;
            }
          }
          expect(passed).toBeLessThanOrEqual(rate.burst + now * rate.perSecond + 1e-6);
        },
      ),
    );
  });

  it('remembers a bounded number of senders', () => {
    const buckets = new TokenBuckets(() => 0, 2);
    const rate = { perSecond: 1, burst: 1 };
    for (const sender of ['a', 'b', 'c']) buckets.take(sender, rate);
    expect(buckets.size).toBe(2);
    expect(buckets.take('c', rate)).toBe(1);
    expect(buckets.take('a', rate)).toBe(0);
  });
});
