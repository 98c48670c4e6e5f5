import { setImmediate as turn } from 'node:timers/promises';
import { CommandBacklog } from './command-backlog.js';

describe('the commands that wait in a channel', () => {
  it('are counted as they are added, until the broker says how many there are', async () => {
    let asked = 0;
    const backlog = new CommandBacklog(() => Promise.resolve(asked++));
    expect(backlog.admits(2)).toBe(true);
    await turn();
    backlog.added();
    expect(backlog.admits(2)).toBe(true);
    backlog.added();
    expect([backlog.admits(2), backlog.admits(3)]).toEqual([false, true]);
    expect(asked).toBe(1);
  });

  it('are as many as were known while the broker is away', async () => {
    const backlog = new CommandBacklog(() => Promise.reject(new Error('away')));
    backlog.added();
    expect(backlog.admits(1)).toBe(false);
    await turn();
    expect([backlog.admits(1), backlog.admits(2)]).toEqual([false, true]);
  });
});
