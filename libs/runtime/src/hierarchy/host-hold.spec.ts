import { HostHold } from './host-hold.js';

describe('the hold of a process on its host id', () => {
  it('ends before the lease does, unless it is renewed', () => {
    const hold = new HostHold(15_000, 0);
    expect([hold.holds(12_999), hold.holds(13_000)]).toEqual([true, false]);
    hold.renewed(5_000);
    expect([hold.holds(17_999), hold.holds(18_000)]).toEqual([true, false]);
  });

  it('covers workers since it began, while it holds', () => {
    const hold = new HostHold(15_000, 0);
    expect(hold.covers(10, 20)).toBe(true);
    expect(hold.covers(10, 13_000)).toBe(false);
    const lost = performance.now() - 1;
    hold.begunAnew(lost);
    expect(hold.covers(lost, performance.now())).toBe(false);
    expect(hold.covers(performance.now(), performance.now())).toBe(true);
  });
});
