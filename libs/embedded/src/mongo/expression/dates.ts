import { numeric } from '../bson/arithmetic.js';
import { nearestDouble } from '../bson/number-key.js';
import { isObjectId, isTimestamp } from '../bson/values.js';
import { CommandFailure, NotSupported } from '../failure.js';
import type { Compile, Evaluate, Frame, OperatorCompiler, Operators } from './frame.js';
import { dateOf, isNullish, namedArguments, numberOf, stringOf } from './operands.js';

const milliseconds: Readonly<Record<string, number>> = {
  millisecond: 1,
  second: 1000,
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
  week: 7 * 86_400_000,
};
const months: Readonly<Record<string, number>> = { month: 1, quarter: 3, year: 12 };

/** Date arithmetic, parts and formatting, in UTC; other time zones are refused. */
export const dateOperators: Operators = {
  $dateAdd: shift(1),
  $dateSubtract: shift(-1),
  $dateDiff: (operand, compile, name) => {
    const args = named(name, operand, compile, ['startDate', 'endDate', 'unit'], ['timezone', 'startOfWeek']);
    return (frame) => {
      const [start, end, unit] = [args.startDate?.(frame), args.endDate?.(frame), args.unit?.(frame)];
      if (isNullish(start) || isNullish(end) || isNullish(unit)) return null;
      return numeric(difference(dateOf(name, start), dateOf(name, end), stringOf(name, unit)));
    };
  },
  $year: part((date) => date.getUTCFullYear()),
  $month: part((date) => date.getUTCMonth() + 1),
  $dayOfMonth: part((date) => date.getUTCDate()),
  $dayOfWeek: part((date) => date.getUTCDay() + 1),
  $dayOfYear: part((date) => Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / 86_400_000) + 1),
  $hour: part((date) => date.getUTCHours()),
  $minute: part((date) => date.getUTCMinutes()),
  $second: part((date) => date.getUTCSeconds()),
  $millisecond: part((date) => date.getUTCMilliseconds()),
  $dateToString: (operand, compile, name) => {
    const args = named(name, operand, compile, ['date'], ['format', 'timezone', 'onNull']);
    return (frame) => {
      const date = args.date?.(frame);
      if (isNullish(date)) return args.onNull ? args.onNull(frame) : null;
      const format = args.format?.(frame) ?? '%Y-%m-%dT%H:%M:%S.%LZ';
      return formatted(instant(name, date), stringOf(name, format));
    };
  },
};

function named(
  name: string,
  operand: unknown,
  compile: Compile,
  required: readonly string[],
  optional: readonly string[],
): Record<string, Evaluate | undefined> {
  const args = namedArguments(name, operand, compile, required, optional);
  const { timezone } = args;
  if (!timezone) return args;
  const first = required[0] as string;
  const inner = args[first];
  return {
    ...args,
    [first]: (frame: Frame) => {
      const zone = timezone(frame);
      if (!isNullish(zone) && !['UTC', 'GMT', 'Z', '+00:00', '+0000', '+00'].includes(stringOf(name, zone))) {
        throw new NotSupported(`${name} in a time zone other than UTC`);
      }
      return inner?.(frame);
    },
  };
}

/** A date from what carries a time. */
function instant(name: string, value: unknown): Date {
  if (isObjectId(value)) return value.getTimestamp();
  if (isTimestamp(value)) return new Date(value.t * 1000);
  return dateOf(name, value);
}

function shift(sign: 1 | -1): OperatorCompiler {
  return (operand, compile, name) => {
    const args = named(name, operand, compile, ['startDate', 'unit', 'amount'], ['timezone']);
    return (frame) => {
      const [start, unit, amount] = [args.startDate?.(frame), args.unit?.(frame), args.amount?.(frame)];
      if (isNullish(start) || isNullish(unit) || isNullish(amount)) return null;
      const count = nearestDouble(numberOf(name, amount)) * sign;
      if (!Number.isInteger(count)) throw new CommandFailure(2, `${name} expects integer amount of time units`);
      return shifted(instant(name, start), stringOf(name, unit), count);
    };
  };
}

function shifted(date: Date, unit: string, count: number): Date {
  const size = milliseconds[unit];
  const result =
    size === undefined ? shiftedMonths(date, monthsIn(unit) * count) : new Date(date.getTime() + size * count);
  if (Number.isNaN(result.getTime())) throw new CommandFailure(15, 'date overflow');
  return result;
}

function monthsIn(unit: string): number {
  const count = months[unit];
  if (count === undefined) throw new CommandFailure(9, `unknown time unit value: ${unit}`);
  return count;
}

/** The last day of the month stands in for a day that the month does not have. */
function shiftedMonths(date: Date, count: number): Date {
  const result = new Date(date.getTime());
  result.setUTCDate(1);
  result.setUTCMonth(result.getUTCMonth() + count);
  const days = new Date(Date.UTC(result.getUTCFullYear(), result.getUTCMonth() + 1, 0)).getUTCDate();
  result.setUTCDate(Math.min(date.getUTCDate(), days));
  return result;
}

/** The number of unit boundaries between two dates. */
function difference(start: Date, end: Date, unit: string): number {
  if (unit === 'week') throw new NotSupported('$dateDiff in weeks');
  const size = milliseconds[unit];
  if (size !== undefined) return Math.floor(end.getTime() / size) - Math.floor(start.getTime() / size);
  const count = monthsIn(unit);
  const index = (date: Date): number => Math.floor((date.getUTCFullYear() * 12 + date.getUTCMonth()) / count);
  return index(end) - index(start);
}

function part(read: (date: Date) => number): OperatorCompiler {
  return (operand, compile, name) => {
    const isNamed = typeof operand === 'object' && operand !== null && 'date' in operand;
    const spec = isNamed ? operand : { date: Array.isArray(operand) ? (operand as unknown[])[0] : operand };
    const args = named(name, spec, compile, ['date'], ['timezone']);
    return (frame) => {
      const value = args.date?.(frame);
      return isNullish(value) ? null : numeric(read(instant(name, value)));
    };
  };
}

function formatted(date: Date, format: string): string {
  const iso = date.toISOString();
  return format.replace(/%(.)/g, (_, code: string) => {
    switch (code) {
      case 'Y':
        return iso.slice(0, -20);
      case 'm':
        return iso.slice(-19, -17);
      case 'd':
        return iso.slice(-16, -14);
      case 'H':
        return iso.slice(-13, -11);
      case 'M':
        return iso.slice(-10, -8);
      case 'S':
        return iso.slice(-7, -5);
      case 'L':
        return iso.slice(-4, -1);
      case 'z':
        return '+0000';
      case '%':
        return '%';
      default:
        throw new NotSupported(`the date format specifier %${code}`);
    }
  });
}
