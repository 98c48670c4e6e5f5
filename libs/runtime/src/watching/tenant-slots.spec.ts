import type { TenantId } from '@abaco/contract';
import fc from 'fast-check';
import { TenantSlots } from './tenant-slots.js';

const A = 'A' as TenantId;
const B = 'B' as TenantId;

class Full extends Error {}

describe('TenantSlots', () => {
  it('are so many for each tenant', () => {
    const slots = new TenantSlots(2, (limit) => new Full(String(limit)));
    const release = slots.take(A);
    slots.take(A);
    expect(() => slots.take(A)).toThrow(new Full('2'));
    slots.take(B);
    release();
    release(); // gives back one slot, however often it is called
    slots.take(A);
    expect(() => slots.take(A)).toThrow(Full);
  });

  it('are none for 0, and any number for -1', () => {
    expect(() => new TenantSlots(0, () => new Full()).take(A)).toThrow(Full);
    const unlimited = new TenantSlots(-1, () => new Full());
    for (let i = 0; i < 1000; i++) unlimited.take(A);
  });

  it('are never more than the limit, in whatever order they come and go', () => {
    const steps = fc.array(fc.oneof(fc.constant('take' as const), fc.nat(20)), { size: 'max', maxLength: 200 });
    fc.assert(
      fc.property(steps, fc.nat(5), (history, limit) => {
        const slots = new TenantSlots(limit, () => new Full());
        const releases: (() => void)[] = [];
        let held = 0;
        const freed = new Set<number>();
        for (const step of history) {
          if (step === 'take') {
            const refused = held >= limit;
            if (refused) expect(() => slots.take(A)).toThrow(Full);
            else {
              releases.push(slots.take(A));
              held++;
            }
          } else if (releases[step]) {
            releases[step]();
            if (!freed.has(step)) held--;
            freed.add(step);
          }
        }
      }),
    );
  });
});
