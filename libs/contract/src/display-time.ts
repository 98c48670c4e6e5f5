/** A time as clients see it: ISO 8601 in UTC with milliseconds, `2020-05-01T14:45:41.591Z`; null stays null (contract 2.0.5). */
export function displayTime(time: Date): string;
export function displayTime(time: Date | null): string | null;
export function displayTime(time: Date | null): string | null {
  return time === null ? null : time.toISOString();
}

/**
 * A time that may have no value yet, where clients expect a text even then: `"None"`. Used for `last_use_time` of nonces and
 * the `last_*` times of workers (contract 2.0.5).
 */
export const displayTimeOrNone = (time: Date | null): string => displayTime(time) ?? 'None';
