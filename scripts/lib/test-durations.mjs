import { existsSync, readFileSync, writeFileSync } from 'node:fs';

/** What test/support/longest-first.cjs reads: seconds by test file. */
export const DURATIONS = 'test/durations.json';

/** Files that take less, seconds, are not worth writing down. */
const RECORDED_FROM_S = 5;

/**
 * Writes down how long test files took; what is on record of others stays.
 * @param durations seconds by file
 */
export function recordDurations(durations) {
  const before = existsSync(DURATIONS) ? JSON.parse(readFileSync(DURATIONS, 'utf8')) : {};
  const kept = Object.entries({ ...before, ...durations })
    .filter(([file, seconds]) => seconds >= RECORDED_FROM_S && existsSync(file))
    .map(([file, seconds]) => [file, Math.round(seconds)])
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  writeFileSync(DURATIONS, `${JSON.stringify(Object.fromEntries(kept), null, 2)}\n`);
}
