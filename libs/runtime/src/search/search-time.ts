/** The forms of 2.13.2, in decreasing precision; every part after the year may be missing, and `T` may end it. */
const FORM =
  /^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:T(?:(\d{2})(?::(\d{2})(?::(\d{2})(?:\.(\d{1,6}))?)?)?)?)?)?)?(Z|[+-]\d{2}:\d{2})?$/;

/**
 * Reads the time of a search: ISO 8601 from the year alone up to microseconds, each with or without a zone (`+hh:mm`,
 * `-hh:mm`; `Z` or none: UTC), for example `2000-05:00`, `2000-01-01T01:00`.
 * @returns undefined for what is no time
 */
export function parseSearchTime(text: string): Date | undefined {
  // a space is what a client sends that does not encode the plus sign of a zone
  const match = FORM.exec(text.trim().replace(/ (?=\d{2}:\d{2}$)/, '+'));
  if (!match) return undefined;
  const [, year, month = '01', day = '01', hour = '00', minute = '00', second = '00', fraction = '', zone] = match;
  const milliseconds = fraction.padEnd(3, '0').slice(0, 3);
  const offset = zone === undefined || zone === 'Z' ? 'Z' : zone;
  const time = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}.${milliseconds}Z`);
  // a date that does not exist is moved into the next month
  if (Number.isNaN(time.getTime()) || time.getUTCDate() !== Number(day)) return undefined;
  if (offset === 'Z') return time;
  const [hours, minutes] = [Number(offset.slice(1, 3)), Number(offset.slice(4, 6))];
  if (hours > 23 || minutes > 59) return undefined;
  const sign = offset.startsWith('-') ? 1 : -1;
  return new Date(time.getTime() + sign * (hours * 60 + minutes) * 60_000);
}
