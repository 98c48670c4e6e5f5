import { Double } from 'bson';
import {
  add,
  divide,
  integer,
  integerValue,
  isDecimal,
  isInteger,
  multiply,
  numeric,
  subtract,
} from '../bson/arithmetic.js';
import { compareValues } from '../bson/compare.js';
import { nearestDouble, parseDecimal } from '../bson/number-key.js';
import { bsonType, isNumeric, type Numeric, typeName } from '../bson/values.js';
import { CommandFailure, NotSupported } from '../failure.js';
import type { OperatorCompiler, Operators } from './frame.js';
import { isNullish, numberOf, operator, variadic } from './operands.js';

/** Arithmetic on numbers; `$add` and `$subtract` also move dates by milliseconds. null and missing operands yield null. */
export const arithmeticOperators: Operators = {
  $add: variadic(addAll),
  $subtract: operator(2, subtractValues),
  $multiply: variadic((values) => {
    if (values.some(isNullish)) return null;
    return values.map((value) => numberOf('$multiply', value)).reduce(multiply, numeric(1));
  }),
  $divide: binary('$divide', divide),
  $mod: binary('$mod', modulo),
  $abs: unary('$abs', (value) => (nearestDouble(value) < 0 ? multiply(value, numeric(-1)) : value)),
  $ceil: unary('$ceil', (value) => rounded('$ceil', value, Math.ceil)),
  $floor: unary('$floor', (value) => rounded('$floor', value, Math.floor)),
  $round: roundTo('$round', true),
  $trunc: roundTo('$trunc', false),
  $sqrt: unary('$sqrt', (value) => doubles('$sqrt', value, Math.sqrt)),
  $exp: unary('$exp', (value) => doubles('$exp', value, Math.exp)),
  $ln: unary('$ln', (value) => doubles('$ln', value, Math.log)),
  $log10: unary('$log10', (value) => doubles('$log10', value, Math.log10)),
  $pow: binary('$pow', power),
  $sum: accumulate((values) => values.filter(isNumeric).reduce(add, numeric(0))),
  $avg: accumulate((values) => {
    const numbers = values.filter(isNumeric);
    return numbers.length === 0 ? null : divide(numbers.reduce(add, numeric(0)), numeric(numbers.length));
  }),
  $min: accumulate((values) => extreme(values, -1)),
  $max: accumulate((values) => extreme(values, 1)),
};

/** The least (-1) or greatest (1) value that is neither null nor missing; null when there is none. */
export function extreme(values: readonly unknown[], sign: 1 | -1): unknown {
  const present = values.filter((value) => !isNullish(value));
  if (present.length === 0) return null;
  return present.reduce((best, value) => (compareValues(value, best) * sign > 0 ? value : best));
}

/** As an expression, an accumulator takes either one array or several values. */
function accumulate(apply: (values: unknown[]) => unknown): OperatorCompiler {
  return variadic((values) => {
    const [only] = values;
    return apply(values.length === 1 && Array.isArray(only) ? only : values);
  });
}

function unary(name: string, apply: (value: Numeric) => unknown): OperatorCompiler {
  return operator(1, (value) => (isNullish(value) ? null : apply(numberOf(name, value))));
}

function binary(name: string, apply: (a: Numeric, b: Numeric) => unknown): OperatorCompiler {
  return operator(2, (a, b) => (isNullish(a) || isNullish(b) ? null : apply(numberOf(name, a), numberOf(name, b))));
}

function addAll(values: unknown[]): unknown {
  if (values.some(isNullish)) return null;
  const dates = values.filter((value) => value instanceof Date);
  if (dates.length > 1) throw new CommandFailure(14, 'only one date allowed in an $add expression');
  const total = values
    .filter((value) => !(value instanceof Date))
    .map((value) => numberOf('$add', value))
    .reduce(add, numeric(0));
  const [date] = dates;
  return date ? moved(date, Math.round(nearestDouble(total))) : total;
}

function subtractValues(a: unknown, b: unknown): unknown {
  if (isNullish(a) || isNullish(b)) return null;
  if (a instanceof Date) {
    if (b instanceof Date) return integer(BigInt(a.getTime() - b.getTime()), true);
    return moved(a, -Math.round(nearestDouble(numberOf('$subtract', b))));
  }
  if (!isNumeric(a) || !isNumeric(b)) {
    throw new CommandFailure(14, `can't $subtract ${typeName(b)} from ${typeName(a)}`);
  }
  return subtract(a, b);
}

function moved(date: Date, milliseconds: number): Date {
  const result = new Date(date.getTime() + milliseconds);
  if (Number.isNaN(result.getTime())) throw new CommandFailure(15, 'date overflow');
  return result;
}

function modulo(a: Numeric, b: Numeric): Numeric {
  if (nearestDouble(b) === 0) throw new CommandFailure(2, "can't $mod by zero");
  if (isDecimal(a) || isDecimal(b)) throw new NotSupported('$mod of decimals');
  if (!isInteger(a) || !isInteger(b)) return new Double(nearestDouble(a) % nearestDouble(b));
  return integer(integerValue(a) % integerValue(b), bsonType(a) === 'Long' || bsonType(b) === 'Long');
}

function power(a: Numeric, b: Numeric): Numeric {
  if (isDecimal(a) || isDecimal(b)) throw new NotSupported('$pow of decimals');
  const result = nearestDouble(a) ** nearestDouble(b);
  return isInteger(a) && isInteger(b) && Number.isSafeInteger(result) ? numeric(result) : new Double(result);
}

function doubles(name: string, value: Numeric, apply: (value: number) => number): Numeric {
  if (isDecimal(value)) throw new NotSupported(`${name} of decimals`);
  return new Double(apply(nearestDouble(value)));
}

function rounded(name: string, value: Numeric, apply: (value: number) => number): Numeric {
  if (isInteger(value)) return value;
  if (isDecimal(value)) {
    const decimal = parseDecimal(value);
    if (!decimal || decimal.exponent >= 0) return value;
    throw new NotSupported(`${name} of decimal fractions`);
  }
  return doubles(name, value, apply);
}

/** `[number, place]`: rounds to a number of decimal places, negative ones left of the point. */
function roundTo(name: string, nearest: boolean): OperatorCompiler {
  return operator([1, 2], (value, place) => {
    if (isNullish(value)) return null;
    const number = numberOf(name, value);
    const places = place === undefined ? 0 : Math.trunc(nearestDouble(numberOf(name, place)));
    if (isInteger(number) && places >= 0) return number;
    const result = atPlace(nearestDouble(number), places, nearest);
    return isInteger(number) ? numeric(result) : rounded(name, number, () => result);
  });
}

/** Works on the exact decimal expansion of the double; ties go to the even neighbour, as in MongoDB. */
function atPlace(value: number, places: number, nearest: boolean): number {
  if (!Number.isFinite(value) || Math.abs(value) >= 1e21) return value;
  const [whole = '', fraction = ''] = Math.abs(value).toFixed(100).split('.');
  const digits = whole + fraction;
  const cut = Math.max(0, whole.length + places);
  const units = BigInt(digits.slice(0, cut) || '0');
  const tail = digits.slice(cut);
  const half = '5'.padEnd(tail.length, '0');
  const up = nearest && cut === whole.length + places && (tail > half || (tail === half && units % 2n === 1n));
  return Math.sign(value) * Number(`${units + (up ? 1n : 0n)}e${-places}`);
}
