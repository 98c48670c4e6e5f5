import { jest } from '@jest/globals';
import { AlarmWatch } from './alarm-watch.js';
import { silentLogger } from './mailbox-logger.js';

describe('AlarmWatch', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('knows of an alarm and of its end, and assumes none while it cannot ask', async () => {
    let answer: () => Promise<boolean> = () => Promise.resolve(true);
    const watch = new AlarmWatch(() => answer(), silentLogger);
    await jest.advanceTimersByTimeAsync(0);
    expect(watch.isAlarmed).toBe(true);
    answer = () => Promise.reject(new Error('away'));
    await jest.advanceTimersByTimeAsync(2_000);
    expect(watch.isAlarmed).toBe(false);
    answer = () => Promise.resolve(true);
    await jest.advanceTimersByTimeAsync(2_000);
    expect(watch.isAlarmed).toBe(true);
    watch.stop();
    answer = () => Promise.resolve(false);
    await jest.advanceTimersByTimeAsync(10_000);
    expect(watch.isAlarmed).toBe(true);
  });

  it('asks once at a time, however long an answer takes', async () => {
    let asked = 0;
    const watch = new AlarmWatch(() => (asked++, new Promise<boolean>(() => undefined)), silentLogger);
    await jest.advanceTimersByTimeAsync(20_000);
    expect(asked).toBe(1);
    watch.stop();
  });
});
