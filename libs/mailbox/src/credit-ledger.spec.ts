import fc from 'fast-check';
import { CreditLedger } from './credit-ledger.js';

describe('CreditLedger', () => {
  it('counts what was asked for and not yet delivered', () => {
    const ledger = new CreditLedger();
    expect(ledger.take()).toBe(false);
    ledger.request(2);
    expect(ledger.take()).toBe(true);
    expect(ledger.outstanding).toBe(1);
    expect([ledger.take(), ledger.take()]).toEqual([true, false]);
  });

  it.each([0, -1, 1.5, NaN, Infinity])('refuses a request for %p messages', (n) => {
    expect(() => new CreditLedger().request(n)).toThrow(RangeError);
  });

  it('never hands out more than was asked for, in any order of events', () => {
    const event = fc.oneof(fc.integer({ min: 1, max: 50 }), fc.constant('take' as const));
    fc.assert(
      fc.property(fc.array(event), (events) => {
        const ledger = new CreditLedger();
        let requested = 0;
        let taken = 0;
        for (const next of events) {
          if (next === 'take') {
            expect(ledger.take()).toBe(taken < requested);
            taken = Math.min(taken + 1, requested);
          } else {
            ledger.request(next);
            requested += next;
          }
          expect(ledger.outstanding).toBe(requested - taken);
        }
      }),
    );
  });
});
