import { CronExpressionParser } from 'cron-parser';
import { InvalidCronSchedule } from './errors.js';
import { CronSeries, type CronUnit, HOUR_MS } from './cron-series.js';

/** When an actor runs of itself. All times are UTC. */
export interface CronSchedule {
  /** The first run. Together with the text it determines all others: store it, since `now` means another time later. */
  readonly start: Date;
  /** The first run after `instant`. */
  after(instant: Date): Date;
}

const SERIES = /^(.+?)\s*\+\s*(\S+)\s+(\S+)$/;
const START = /^(\d{4})-(\d{1,2})-(\d{1,2})\s+(\d{1,2})$/;
const MAX_COUNT = 100_000;
/** One of the five fields; without the extensions of the library, some of which are random. */
const FIELD = /^(?:[\d*,/-]|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mon|tue|wed|thu|fri|sat|sun)+$/i;

/**
 * `<yyyy>-<mm>-<dd> <hh> + <number> <unit>`, `now + <number> <unit>`, or a cron expression of five fields.
 * @throws InvalidCronSchedule also when the start is before the hour of `now`
 */
export function parseCronSchedule(text: string, now: Date): CronSchedule {
  const schedule = text.trim();
  const match = SERIES.exec(schedule);
  if (!match) return expression(schedule, nextOf(schedule, now));
  const [, from = '', count = '', unit = ''] = match;
  const start = startOf(from, now);
  return new CronSeries(start, countOf(count), unitOf(unit));
}

/** The schedule that `text` was when `start` was computed. @throws InvalidCronSchedule */
export function resumeCronSchedule(text: string, start: Date): CronSchedule {
  const schedule = text.trim();
  const match = SERIES.exec(schedule);
  if (!match) return expression(schedule, start);
  return new CronSeries(start, countOf(match[2] ?? ''), unitOf(match[3] ?? ''));
}

/** `cron_next_ex`: `yyyy-m-d h`, and `yyyy-m-d h:mm` where a cron expression says other minutes than 0. */
export function displayCronTime(time: Date): string {
  const minutes = time.getUTCMinutes();
  const date = `${time.getUTCFullYear()}-${time.getUTCMonth() + 1}-${time.getUTCDate()} ${time.getUTCHours()}`;
  return minutes === 0 ? date : `${date}:${String(minutes).padStart(2, '0')}`;
}

function startOf(text: string, now: Date): Date {
  const hour = new Date(Math.floor(now.getTime() / HOUR_MS) * HOUR_MS);
  if (text.toLowerCase() === 'now') return hour;
  const match = START.exec(text);
  const [year, month, day, hours] = (match ?? []).slice(1).map(Number) as [number, number, number, number];
  const start = new Date(match ? `${String(year).padStart(4, '0')}-01-01T00:00:00Z` : NaN);
  if (match) start.setUTCMonth(month - 1, day);
  if (match) start.setUTCHours(hours);
  // the calendar of Date carries 31 April over to May: only what stays as it was given exists
  if (!match || start.getUTCMonth() !== month - 1 || start.getUTCDate() !== day || start.getUTCHours() !== hours) {
    throw new InvalidCronSchedule(`The starting date ${text} is not in the correct format`);
  }
  if (start < hour) {
    const current = `${hour.toISOString().slice(0, 13).replace('T', ' ')}:00:00`;
    throw new InvalidCronSchedule(`The starting datetime is old. The current UTC time is ${current}`);
  }
  return start;
}

function countOf(text: string): number {
  const count = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (count < 1 || count > MAX_COUNT) {
    throw new InvalidCronSchedule(
      `The cron is not in the correct format: ${text} is no whole number from 1 to ${MAX_COUNT}`,
    );
  }
  return count;
}

function unitOf(text: string): CronUnit {
  const unit = /^(hour|day|week|month)s?$/.exec(text)?.[1];
  if (unit === undefined) throw new InvalidCronSchedule(`${text} is an invalid unit of time`);
  return unit as CronUnit;
}

const expression = (text: string, start: Date): CronSchedule => ({ start, after: (instant) => nextOf(text, instant) });

function nextOf(text: string, instant: Date): Date {
  const fields = text.split(/\s+/);
  if (fields.length !== 5 || !fields.every((field) => FIELD.test(field))) {
    throw new InvalidCronSchedule('The cron is not in the correct format');
  }
  try {
    return CronExpressionParser.parse(text, { currentDate: instant, tz: 'UTC' }).next().toDate();
  } catch (cause) {
    throw new InvalidCronSchedule('The cron is not in the correct format', { cause });
  }
}
