import { Decimal128, Double, Int32, Long } from 'bson';
import { CommandFailure } from '../failure.js';
import { type Decimal, nearestDouble, parseDecimal } from './number-key.js';
import { bsonType, type Numeric } from './values.js';

const minInt32 = -(2n ** 31n);
const maxInt32 = 2n ** 31n - 1n;
const minInt64 = -(2n ** 63n);
const maxInt64 = 2n ** 63n - 1n;

/** Whether a number is of an integer type. */
export function isInteger(value: Numeric): value is Int32 | Long {
  const type = bsonType(value);
  return type === 'Int32' || type === 'Long';
}

export function isDecimal(value: Numeric): value is Decimal128 {
  return bsonType(value) === 'Decimal128';
}

export function integerValue(value: Int32 | Long): bigint {
  return 'toBigInt' in value ? value.toBigInt() : BigInt(value.value);
}

/**
 * The result type follows MongoDB: decimal if one operand is decimal, else double if one is double, else long if one is
 * long or an int would overflow. @throws CommandFailure Overflow when a long would.
 */
export function add(a: Numeric, b: Numeric): Numeric {
  return combine(
    a,
    b,
    (x, y) => x + y,
    (x, y) => x + y,
    (x, y) => {
      const exponent = Math.min(x.exponent, y.exponent);
      return { coefficient: scaled(x, exponent) + scaled(y, exponent), exponent };
    },
  );
}

export function subtract(a: Numeric, b: Numeric): Numeric {
  return combine(
    a,
    b,
    (x, y) => x - y,
    (x, y) => x - y,
    (x, y) => {
      const exponent = Math.min(x.exponent, y.exponent);
      return { coefficient: scaled(x, exponent) - scaled(y, exponent), exponent };
    },
  );
}

export function multiply(a: Numeric, b: Numeric): Numeric {
  return combine(
    a,
    b,
    (x, y) => x * y,
    (x, y) => x * y,
    (x, y) => ({ coefficient: x.coefficient * y.coefficient, exponent: x.exponent + y.exponent }),
  );
}

/** Always a double, or a decimal if an operand is one. @throws CommandFailure BadValue for a zero divisor. */
export function divide(a: Numeric, b: Numeric): Numeric {
  if (nearestDouble(b) === 0) throw new CommandFailure(2, "can't $divide by zero");
  if (!isDecimal(a) && !isDecimal(b)) return new Double(nearestDouble(a) / nearestDouble(b));
  const [x, y] = [toDecimal(a), toDecimal(b)];
  if (!x || !y) return Decimal128.fromString(String(nearestDouble(a) / nearestDouble(b)));
  // 80 more digits than the operands have leave at least 34 significant ones.
  return fromDecimal({
    coefficient: (x.coefficient * 10n ** 80n) / y.coefficient,
    exponent: x.exponent - y.exponent - 80,
  });
}

function combine(
  a: Numeric,
  b: Numeric,
  doubles: (x: number, y: number) => number,
  integers: (x: bigint, y: bigint) => bigint,
  decimals: (x: Decimal, y: Decimal) => Decimal,
): Numeric {
  if (isInteger(a) && isInteger(b)) {
    return integer(integers(integerValue(a), integerValue(b)), bsonType(a) === 'Long' || bsonType(b) === 'Long');
  }
  if (!isDecimal(a) && !isDecimal(b)) return new Double(doubles(nearestDouble(a), nearestDouble(b)));
  const [x, y] = [toDecimal(a), toDecimal(b)];
  if (!x || !y) return Decimal128.fromString(String(doubles(nearestDouble(a), nearestDouble(b))));
  return fromDecimal(decimals(x, y));
}

/** An int if it fits and `long` is not asked for, else a long. @throws CommandFailure Overflow beyond 64 bits. */
export function integer(value: bigint, long = false): Int32 | Long {
  if (!long && value >= minInt32 && value <= maxInt32) return new Int32(Number(value));
  if (value < minInt64 || value > maxInt64)
    throw new CommandFailure(15, 'the result does not fit into a 64-bit integer');
  return Long.fromBigInt(value);
}

/** An int or a long when the number is whole, else a double: how JavaScript numbers made by this server are stored. */
export function numeric(value: number): Numeric {
  if (Number.isSafeInteger(value) && !Object.is(value, -0)) return integer(BigInt(value));
  return new Double(value);
}

/** @returns undefined for NaN and the infinities. */
export function toDecimal(value: Numeric): Decimal | undefined {
  if (isInteger(value)) return { coefficient: integerValue(value), exponent: 0 };
  if (isDecimal(value)) return parseDecimal(value);
  // MongoDB converts doubles to decimals with 15 significant digits.
  const double = nearestDouble(value);
  return Number.isFinite(double) ? parseDecimal(Decimal128.fromString(double.toPrecision(15))) : undefined;
}

/** Rounds to the 34 digits of a decimal. */
export function fromDecimal({ coefficient, exponent }: Decimal): Decimal128 {
  return Decimal128.fromStringWithRounding(`${coefficient}E${exponent}`);
}

function scaled(value: Decimal, exponent: number): bigint {
  return value.coefficient * 10n ** BigInt(value.exponent - exponent);
}
