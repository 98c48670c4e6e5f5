import { Decimal128, Double, Int32, Long, ObjectId } from 'bson';
import { integerValue, isDecimal, isInteger, toDecimal, fromDecimal } from '../bson/arithmetic.js';
import { nearestDouble } from '../bson/number-key.js';
import { isBinary, isNumeric, isObjectId, isTimestamp, type Numeric, typeName } from '../bson/values.js';
import { CommandFailure, NotSupported } from '../failure.js';
import type { Operators } from './frame.js';
import { isNullish, namedArguments, operator } from './operands.js';
import { truthy } from './truth.js';

type Conversion = (value: unknown) => unknown;

const conversions: Readonly<Record<string, Conversion>> = {
  string: textOf,
  bool: (value) => (isNumeric(value) ? truthy(value) : value !== false),
  int: (value) => {
    const whole = wholeNumber('int', value);
    if (whole < -(2n ** 31n) || whole >= 2n ** 31n) throw noConversion(value, 'int');
    return new Int32(Number(whole));
  },
  long: (value) => {
    const whole = wholeNumber('long', value);
    if (whole < -(2n ** 63n) || whole >= 2n ** 63n) throw noConversion(value, 'long');
    return Long.fromBigInt(whole);
  },
  double: (value) => new Double(nearestDouble(number('double', value))),
  decimal: (value) => {
    if (typeof value === 'string') return decimalOf(value);
    const numericValue = number('decimal', value);
    const decimal = toDecimal(numericValue);
    return decimal ? fromDecimal(decimal) : Decimal128.fromString(String(nearestDouble(numericValue)));
  },
  date: dateFrom,
  objectId: (value) => {
    if (isObjectId(value)) return value;
    if (typeof value === 'string' && /^[0-9a-f]{24}$/i.test(value)) return ObjectId.createFromHexString(value);
    throw noConversion(value, 'objectId');
  },
};

/** Types and conversions. */
export const typeOperators: Operators = {
  $type: operator(1, typeName),
  $isNumber: operator(1, isNumeric),
  $toString: converting('string'),
  $toBool: converting('bool'),
  $toInt: converting('int'),
  $toLong: converting('long'),
  $toDouble: converting('double'),
  $toDecimal: converting('decimal'),
  $toDate: converting('date'),
  $toObjectId: converting('objectId'),
  $convert: (operand, compile, name) => {
    const { input, to, onError, onNull } = namedArguments(
      name,
      operand,
      compile,
      ['input', 'to'],
      ['onError', 'onNull'],
    );
    return (frame) => {
      const value = input?.(frame);
      if (isNullish(value)) return onNull ? onNull(frame) : null;
      const type = to?.(frame);
      const convert = typeof type === 'string' ? conversions[type] : undefined;
      if (!convert) throw new NotSupported(`$convert to ${String(type)}`);
      try {
        return convert(value);
      } catch (error) {
        if (onError && error instanceof CommandFailure) return onError(frame);
        throw error;
      }
    };
  },
};

function converting(type: string): Operators[string] {
  const convert = conversions[type] as Conversion;
  return operator(1, (value) => (isNullish(value) ? null : convert(value)));
}

/** As `$toString` shows a value. @throws CommandFailure for types that have no text. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return String(value);
  if (value instanceof Date) return value.toISOString();
  if (isObjectId(value)) return value.toHexString();
  if (isNumeric(value))
    return isInteger(value)
      ? integerValue(value).toString()
      : isDecimal(value)
        ? value.toString()
        : String(nearestDouble(value));
  throw noConversion(value, 'string');
}

function number(to: string, value: unknown): Numeric {
  if (isNumeric(value)) return value;
  if (typeof value === 'boolean') return new Int32(value ? 1 : 0);
  if (value instanceof Date && to !== 'int') return Long.fromNumber(value.getTime());
  if (typeof value === 'string' && /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(value))
    return new Double(Number(value));
  throw noConversion(value, to);
}

/** Fractions are cut off; text must be a whole number. */
function wholeNumber(to: string, value: unknown): bigint {
  if (typeof value === 'string') {
    if (!/^[+-]?\d+$/.test(value)) throw noConversion(value, to);
    return BigInt(value.replace('+', ''));
  }
  const numericValue = number(to, value);
  if (isInteger(numericValue)) return integerValue(numericValue);
  const double = nearestDouble(numericValue);
  if (!Number.isFinite(double)) throw noConversion(value, to);
  if (!isDecimal(numericValue)) return BigInt(Math.trunc(double));
  const { coefficient, exponent } = toDecimal(numericValue) ?? { coefficient: 0n, exponent: 0 };
  return exponent >= 0 ? coefficient * 10n ** BigInt(exponent) : coefficient / 10n ** BigInt(-exponent);
}

function decimalOf(text: string): Decimal128 {
  try {
    return Decimal128.fromStringWithRounding(text);
  } catch {
    throw noConversion(text, 'decimal');
  }
}

function dateFrom(value: unknown): Date {
  const date = isObjectId(value)
    ? value.getTimestamp()
    : isTimestamp(value)
      ? new Date(value.t * 1000)
      : isNumeric(value)
        ? new Date(Math.trunc(nearestDouble(value)))
        : typeof value === 'string'
          ? isoDate(value)
          : value;
  if (!(date instanceof Date) || Number.isNaN(date.getTime())) throw noConversion(value, 'date');
  return date;
}

/** Dates without a zone are in UTC, unlike in JavaScript. */
function isoDate(text: string): Date {
  if (!/^\d{4}-\d\d-\d\d/.test(text)) throw noConversion(text, 'date');
  const zoned = /T.*(Z|[+-]\d\d:?\d\d)$/i.test(text) || !text.includes('T');
  return new Date(zoned ? text : `${text}Z`);
}

function noConversion(value: unknown, to: string): CommandFailure {
  const what = isBinary(value) ? 'binary data' : typeName(value);
  return new CommandFailure(
    241,
    `Failed to convert a value of type ${what} to ${to} in $convert with no onError value`,
  );
}
