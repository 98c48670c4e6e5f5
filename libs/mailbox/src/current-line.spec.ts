import { CurrentLine } from './current-line.js';
import { BrokerUnavailable } from './errors.js';

describe('CurrentLine', () => {
  it('gives the present line at once and the next one to those who wait', async () => {
    const current = new CurrentLine<string>();
    const waiting = current.when(60_000);
    current.up('first');
    expect([current.value, await waiting, await current.when(0)]).toEqual(['first', 'first', 'first']);
    current.down();
    const next = current.when(60_000);
    current.up('second');
    expect(await next).toBe('second');
  });

  it('gives up after the time-out and when it is closed', async () => {
    const current = new CurrentLine<string>();
    await expect(current.when(1)).rejects.toThrow(BrokerUnavailable);
    const waiting = current.when(60_000);
    current.close();
    await expect(waiting).rejects.toThrow(BrokerUnavailable);
    await expect(current.when(60_000)).rejects.toThrow(BrokerUnavailable);
  });
});
