import { LONGEST_TIMER_MS, systemClock } from './clock.js';
import { jest } from '@jest/globals';

describe('The system clock', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it.each([0, 10, LONGEST_TIMER_MS, LONGEST_TIMER_MS + 1, 2.5 * LONGEST_TIMER_MS])(
    'waits %d ms, not less',
    (delayMs) => {
      let rang = 0;
      systemClock.after(delayMs, () => (rang += 1));
      if (delayMs > 0) jest.advanceTimersByTime(delayMs - 1);
      expect(rang).toBe(0);
      jest.advanceTimersByTime(2);
      expect(rang).toBe(1);
    },
  );

  it.each([10, 2.5 * LONGEST_TIMER_MS])('can be told not to, also late in a wait of %d ms', (delayMs) => {
    let rang = 0;
    const cancel = systemClock.after(delayMs, () => (rang += 1));
    jest.advanceTimersByTime(delayMs - 1);
    cancel();
    jest.advanceTimersByTime(LONGEST_TIMER_MS);
    expect(rang).toBe(0);
    expect(jest.getTimerCount()).toBe(0);
  });
});
