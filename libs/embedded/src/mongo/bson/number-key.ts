import type { Decimal128, Double, Int32, Long } from 'bson';
import { bsonType, type Numeric } from './values.js';

/** A finite decimal number: `coefficient` × 10^`exponent`. */
export interface Decimal {
  readonly coefficient: bigint;
  readonly exponent: number;
}

/** @returns undefined for NaN and the infinities. */
export function parseDecimal(value: Decimal128): Decimal | undefined {
  const match = /^(-?)(\d+)(?:\.(\d*))?(?:E([+-]?\d+))?$/i.exec(value.toString());
  if (!match) return undefined;
  const [, sign, whole = '', fraction = '', exponent = '0'] = match;
  const magnitude = BigInt(whole + fraction);
  return { coefficient: sign ? -magnitude : magnitude, exponent: Number(exponent) - fraction.length };
}

/** The double nearest to a number. Rounding is monotone, so it orders all numbers that are not nearest to the same one. */
export function nearestDouble(value: Numeric | number): number {
  if (typeof value === 'number') return value;
  switch (bsonType(value)) {
    case 'Int32':
      return (value as Int32).value;
    case 'Double':
      return (value as Double).value;
    case 'Long':
      return (value as Long).toNumber();
    default: {
      const text = (value as Decimal128).toString();
      const double = Number(text);
      if (Number.isFinite(double) || Number.isNaN(double) || text.endsWith('Infinity')) return double;
      return double > 0 ? Number.MAX_VALUE : -Number.MAX_VALUE;
    }
  }
}

/** Writes the nearest double as 8 bytes whose order is that of numbers; NaN comes first, -0 equals 0. */
export function orderedDouble(value: Numeric | number, into: Buffer, at: number): void {
  const double = nearestDouble(value);
  if (Number.isNaN(double)) {
    into.fill(0, at, at + 8);
    return;
  }
  into.writeDoubleBE(double === 0 ? 0 : double, at);
  const first = into[at] ?? 0;
  if (first & 0x80) for (let i = at; i < at + 8; i++) into[i] = 0xff - (into[i] ?? 0);
  else into[at] = first | 0x80;
}

const exact = Uint8Array.of(1);

/**
 * What the nearest double leaves out: 01 when nothing; 00 (the number lies below the double) or 02 (above) followed by the
 * number's decimal digits, which order the numbers on that side of one double.
 */
export function exactRemainder(value: Numeric | number): Uint8Array {
  if (typeof value === 'number') return exact;
  const type = bsonType(value);
  if (type === 'Int32' || type === 'Double') return exact;
  const decimal =
    type === 'Long' ? { coefficient: (value as Long).toBigInt(), exponent: 0 } : parseDecimal(value as Decimal128);
  if (!decimal) return exact;
  const side = compareWithDouble(decimal, nearestDouble(value));
  return side === 0 ? exact : Uint8Array.of(side < 0 ? 0 : 2, ...digits(decimal));
}

/** Compares exactly, by whole numbers: both sides are scaled by powers of 2 and 10 until they have no fraction. */
function compareWithDouble(decimal: Decimal, double: number): number {
  const { mantissa, exponent } = dissect(double);
  let left = decimal.coefficient;
  let right = mantissa;
  if (decimal.exponent >= 0) left *= 10n ** BigInt(decimal.exponent);
  else right *= 10n ** BigInt(-decimal.exponent);
  if (exponent >= 0) right <<= BigInt(exponent);
  else left <<= BigInt(-exponent);
  return left < right ? -1 : left > right ? 1 : 0;
}

/** double = mantissa × 2^exponent */
function dissect(double: number): { mantissa: bigint; exponent: number } {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, double);
  const bits = view.getBigUint64(0);
  const biased = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & ((1n << 52n) - 1n);
  const mantissa = biased === 0 ? fraction : fraction | (1n << 52n);
  return { mantissa: bits >> 63n ? -mantissa : mantissa, exponent: (biased || 1) - 1075 };
}

const exponentBias = 20_000;

/** The magnitude as (power of ten, digits), inverted for negative numbers. */
function digits({ coefficient, exponent }: Decimal): number[] {
  const negative = coefficient < 0n;
  const text = (negative ? -coefficient : coefficient).toString();
  const power = exponent + text.length + exponentBias;
  const bytes = [power >> 8, power & 0xff];
  for (const digit of text.replace(/0+$/, '')) bytes.push(Number(digit) + 1);
  bytes.push(0);
  return negative ? bytes.map((byte) => 0xff - byte) : bytes;
}
