import fc from 'fast-check';
import { consistentHash } from './consistent-hash.js';
import { fnv1a } from './fnv1a.js';
import type { Routee } from './routing.js';

const routee = (number: number): Routee => ({ number, load: 0, isRunning: true, isStopping: false });
const routees = (count: number): Routee[] => Array.from({ length: count }, (_, index) => routee(index + 1));
const choose = consistentHash((key: string) => key)();

describe('FNV-1a', () => {
  // Test vectors of draft-eastlake-fnv, appendix C.
  it.each([
    ['', 0x811c9dc5],
    ['a', 0xe40c292c],
    ['foobar', 0xbf9cf968],
  ])('hashes %j as its authors do', (text, hash) => {
    expect(fnv1a(text)).toBe(hash);
  });

  it('hashes the UTF-8 octets', () => {
    // FNV-1a of c3 a9, by hand: ((basis ^ c3) * prime ^ a9) * prime.
    const expected = [0xc3, 0xa9].reduce(
      (hash, octet) => Number((BigInt(hash ^ octet) * 0x01000193n) & 0xffffffffn),
      0x811c9dc5,
    );
    expect(fnv1a('é')).toBe(expected);
  });
});

describe('Consistent hashing', () => {
  const keys = fc.uniqueArray(fc.string({ unit: 'binary' }), { minLength: 1, maxLength: 50 });

  it('sends a key to the same routee every time, in every router', () => {
    fc.assert(
      fc.property(keys, fc.integer({ min: 1, max: 40 }), (texts, count) => {
        const another = consistentHash((key: string) => key)();
        for (const key of texts) expect(another(key, routees(count)).number).toBe(choose(key, routees(count)).number);
      }),
    );
  });

  it('moves only the keys of routees that are gone, and back when they have come back', () => {
    fc.assert(
      fc.property(keys, fc.subarray(routees(20), { minLength: 1 }), (texts, left) => {
        for (const key of texts) {
          const before = choose(key, routees(20));
          const after = choose(key, left);
          expect(left).toContain(after);
          if (left.some(({ number }) => number === before.number)) expect(after.number).toBe(before.number);
        }
      }),
    );
  });

  it('moves keys to a further routee only, when there is one more', () => {
    fc.assert(
      fc.property(keys, fc.integer({ min: 1, max: 40 }), (texts, count) => {
        for (const key of texts) {
          const after = choose(key, routees(count + 1)).number;
          expect([choose(key, routees(count)).number, count + 1]).toContain(after);
        }
      }),
    );
  });

  it.each([2, 3, 8, 30])('spreads similar keys evenly over %i routees, also those of one that is gone', (count) => {
    const perRoutee = 1_000;
    const all = routees(count);
    const texts = Array.from({ length: count * perRoutee }, (_, n) => `customer-${n}`);
    const spread = (keysToSpread: string[], over: Routee[]) => {
      const counts = new Map(over.map(({ number }) => [number, 0]));
      for (const key of keysToSpread) {
        const { number } = choose(key, over);
        counts.set(number, counts.get(number)! + 1);
      }
      return [...counts.values()];
    };
    // Six standard deviations: about one in a billion for a fair hash.
    const isEven = (counts: number[]) => {
      const mean = counts.reduce((sum, n) => sum + n, 0) / counts.length;
      for (const n of counts) expect(Math.abs(n - mean)).toBeLessThan(6 * Math.sqrt(mean));
    };
    isEven(spread(texts, all));
    const ofFirst = texts.filter((key) => choose(key, all).number === 1);
    isEven(spread(ofFirst, all.slice(1)));
  });

  it('keeps sending a key to its routee while that one stops', () => {
    const all = routees(5);
    const { number } = choose('key', all);
    const stopping = all.map((one) => (one.number === number ? { ...one, isStopping: true } : one));
    expect(choose('key', stopping).number).toBe(number);
  });

  it('takes only strings as keys', () => {
    const untyped = consistentHash<object>(() => undefined as unknown as string)();
    expect(() => untyped({}, routees(2))).toThrow(new TypeError('consistentHash needs a string as key, not undefined'));
  });
});
