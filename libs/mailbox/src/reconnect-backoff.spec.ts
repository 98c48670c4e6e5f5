import fc from 'fast-check';
import { MAX_RECONNECT_DELAY_MS, MIN_RECONNECT_DELAY_MS, ReconnectBackoff } from './reconnect-backoff.js';

describe('ReconnectBackoff', () => {
  it('doubles from 100 ms to 2 s', () => {
    const backoff = new ReconnectBackoff(() => 0);
    expect(Array.from({ length: 7 }, () => backoff.next())).toEqual([100, 200, 400, 800, 1600, 2000, 2000]);
  });

  it('shortens a delay by less than a quarter, at random', () => {
    const backoff = new ReconnectBackoff(() => 0.9999);
    expect(Array.from({ length: 6 }, () => backoff.next())).toEqual([100, 150, 300, 600, 1200, 1500]);
  });

  it('starts over after a reset', () => {
    const backoff = new ReconnectBackoff(() => 0);
    for (let i = 0; i < 5; i++) backoff.next();
    backoff.reset();
    expect(backoff.next()).toBe(100);
  });

  it('stays between 100 ms and 2 s however often and however unlucky', () => {
    const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(fc.array(random, { minLength: 1, maxLength: 100 }), (luck) => {
        let turn = 0;
        const backoff = new ReconnectBackoff(() => luck[turn++] ?? 0);
        for (let i = 0; i < luck.length; i++) {
          const delay = backoff.next();
          expect(delay).toBeGreaterThanOrEqual(MIN_RECONNECT_DELAY_MS);
          expect(delay).toBeLessThanOrEqual(MAX_RECONNECT_DELAY_MS);
        }
      }),
    );
  });

  it('never grows beyond the largest delay after very many attempts', () => {
    const backoff = new ReconnectBackoff(() => 0);
    for (let i = 0; i < 5_000; i++) backoff.next();
    expect(backoff.next()).toBe(MAX_RECONNECT_DELAY_MS);
  });
});
