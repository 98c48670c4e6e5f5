import { Binary, BSONRegExp, Decimal128, Double, Int32, Long, MaxKey, MinKey, ObjectId, Timestamp } from 'bson';
import fc from 'fast-check';
import { compareValues } from './compare.js';
import { KeyWriter } from './key-writer.js';
import { parseDecimal } from './number-key.js';
import type { Numeric } from './values.js';

const writer = new KeyWriter();
const key = (value: unknown, descending = false): Buffer => writer.reset().value(value, descending).finish();
const sign = (order: number): number => Math.sign(order);

/** Compares by exact fractions: an independent reading of what the order of numbers is. */
function exactOrder(a: Numeric, b: Numeric): number {
  const [x, y] = [fraction(a), fraction(b)];
  if (typeof x === 'number' || typeof y === 'number') {
    const [p, q] = [special(x), special(y)];
    return p < q ? -1 : p > q ? 1 : 0;
  }
  const [left, right] = [x.top * y.bottom, y.top * x.bottom];
  return left < right ? -1 : left > right ? 1 : 0;
}

type Fraction = { top: bigint; bottom: bigint };

/** NaN, the infinities and everything between, as steps. */
function special(value: Fraction | number): number {
  if (typeof value !== 'number') return 0;
  return Number.isNaN(value) ? -2 : value < 0 ? -1 : 1;
}

function fraction(value: Numeric): Fraction | number {
  if (value instanceof Long) return { top: value.toBigInt(), bottom: 1n };
  if (value instanceof Decimal128) {
    const decimal = parseDecimal(value);
    if (!decimal) return Number(value.toString());
    const { coefficient, exponent } = decimal;
    return exponent >= 0
      ? { top: coefficient * 10n ** BigInt(exponent), bottom: 1n }
      : { top: coefficient, bottom: 10n ** BigInt(-exponent) };
  }
  const number = value.valueOf();
  if (!Number.isFinite(number)) return number;
  let [top, bottom] = [number, 1n];
  while (!Number.isInteger(top)) [top, bottom] = [top * 2, bottom * 2n];
  return { top: BigInt(top), bottom };
}

const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const decimalText = fc
  .tuple(fc.bigInt({ min: -(10n ** 34n) + 1n, max: 10n ** 34n - 1n }), fc.integer({ min: -60, max: 40 }))
  .map(([coefficient, exponent]) => `${coefficient}E${exponent}`);
const numbers: fc.Arbitrary<Numeric> = fc.oneof(
  fc.integer().map((value) => new Int32(value)),
  fc.double().map((value) => new Double(value)),
  int64.map((value) => Long.fromBigInt(value)),
  decimalText.map((text) => Decimal128.fromStringWithRounding(text)),
  // Neighbours: numbers that differ by less than a double can tell.
  fc.integer({ min: -3, max: 3 }).map((offset) => Long.fromBigInt(2n ** 60n + BigInt(offset))),
  fc.integer({ min: -3, max: 3 }).map((offset) => new Double(2 ** 60 + offset * 256)),
  fc.integer({ min: -3, max: 3 }).map((offset) => Decimal128.fromString(`${2n ** 60n + BigInt(offset)}.5`)),
  fc
    .constantFrom('0.1', '-0.1', '0.10', '1E-6000', '-1E-6000', '9E6000', '-9E6000', 'NaN', 'Infinity', '-Infinity')
    .map((text) => Decimal128.fromString(text)),
  fc
    .constantFrom(0.1, -0.1, 0, -0, NaN, Infinity, -Infinity, Number.MAX_VALUE, 5e-324)
    .map((value) => new Double(value)),
);
const leaves: fc.Arbitrary<unknown> = fc.oneof(
  numbers,
  fc.string({ unit: 'binary' }).map((text) => text.replace(/\p{Surrogate}/gu, '')),
  fc.constantFrom(null, undefined, true, false, '', '\0', '\0\0', 'a\0b', 'a', new MinKey(), new MaxKey()),
  fc.date({ noInvalidDate: true }),
  fc.uint8Array({ minLength: 12, maxLength: 12 }).map((bytes) => new ObjectId(bytes)),
  fc
    .tuple(fc.uint8Array({ maxLength: 20 }), fc.integer({ min: 0, max: 9 }))
    .map(([bytes, type]) => new Binary(bytes, type)),
  fc.tuple(fc.nat(), fc.nat()).map(([t, i]) => new Timestamp({ t, i })),
  fc.constantFrom('a', 'b').map((pattern) => new BSONRegExp(pattern, 'i')),
);
const values: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    leaves,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom('a', 'b', 'ab', 'c'), tie('value'), { maxKeys: 3, noNullPrototype: true }),
  ),
})).value;

describe('index keys', () => {
  it('order numbers of all types by their exact value', () => {
    fc.assert(
      fc.property(numbers, numbers, (a, b) => {
        expect(sign(Buffer.compare(key(a), key(b)))).toBe(sign(exactOrder(a, b)));
        expect(sign(compareValues(a, b))).toBe(sign(exactOrder(a, b)));
      }),
      { numRuns: 2000 },
    );
  });

  it('order values of all types as comparisons do', () => {
    fc.assert(
      fc.property(values, values, (a, b) => {
        expect(sign(Buffer.compare(key(a), key(b)))).toBe(sign(compareValues(a, b)));
      }),
      { numRuns: 2000 },
    );
  });

  it('order compound keys field by field, descending ones in reverse', () => {
    fc.assert(
      fc.property(fc.tuple(values, values), fc.tuple(values, values), ([a, b], [c, d]) => {
        const compound = (first: unknown, second: unknown): Buffer =>
          writer.reset().value(first, true).value(second).finish();
        const expected = -compareValues(a, c) || compareValues(b, d);
        expect(sign(Buffer.compare(compound(a, b), compound(c, d)))).toBe(sign(expected));
      }),
      { numRuns: 1000 },
    );
  });

  it('are never a prefix of one another', () => {
    fc.assert(
      fc.property(values, values, (a, b) => {
        const [x, y] = [key(a), key(b)];
        const isPrefix = x.length < y.length && y.subarray(0, x.length).equals(x);
        expect(isPrefix).toBe(false);
      }),
    );
  });

  it('compare strings by code point, not by UTF-16 unit', () => {
    expect(compareValues('\u{ffff}', '\u{10000}')).toBeLessThan(0);
    expect(Buffer.compare(key('\u{ffff}'), key('\u{10000}'))).toBeLessThan(0);
  });

  it('have a largest size', () => {
    expect(() => key('x'.repeat(1976))).toThrow('too long');
    expect(key('x'.repeat(1975))).toHaveLength(1978);
  });
});
