import { SlotTries } from './slot-tries.js';

describe('SlotTries', () => {
  let tries: SlotTries;
  beforeEach(() => (tries = new SlotTries()));

  it('lets any number of workers look until one finds no slot', () => {
    expect([0, 1, 7].map((starting) => tries.admits(4, starting, 0))).toEqual([true, true, true]);
  });

  it('lets one look after a pause that doubles, to five seconds at most', () => {
    const pauses: number[] = [];
    for (let now = 0, tried = 0; pauses.length < 5; now += 100) {
      if (!tries.admits(4, 0, now)) continue;
      if (now > 0) pauses.push(now - tried);
      tries.refused(4, (tried = now));
      expect(tries.admits(4, 0, now)).toBe(false);
    }
    expect(pauses).toEqual([1_000, 2_000, 4_000, 5_000, 5_000]);
  });

  it('lets no second one look while the first still does, or waits for a place', () => {
    tries.refused(4, 0);
    expect(tries.admits(4, 1, 60_000)).toBe(false);
    expect(tries.admits(4, 0, 60_000)).toBe(true);
  });

  it('counts those that looked at once as one', () => {
    for (const now of [0, 3, 8]) tries.refused(4, now);
    expect(tries.admits(4, 0, 1_000)).toBe(true);
  });

  it('keeps a worker that is waited for from no slot because there was none for one to be kept warm', () => {
    tries.refused(1, 0);
    expect([tries.admits(1, 0, 1), tries.admits(4, 1, 1)]).toEqual([false, true]);
    tries.refused(4, 1);
    expect(tries.admits(4, 0, 2)).toBe(false);
  });

  it('begins anew when there may be a slot again', () => {
    tries.refused(4, 0);
    tries.reset();
    expect(tries.admits(4, 3, 1)).toBe(true);
  });
});
