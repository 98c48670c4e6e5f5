import { table } from './figures.mjs';

/**
 * Promises beside what was measured.
 * @param promises each with `key`, `text`, `holds(value)` and `show(value)`
 * @param values the measured value of each promise, by its key
 * @returns the table, and whether every promise is `kept`
 */
export function verdicts(heading, promises, values) {
  const judged = promises.map(({ key, text, holds, show }) => {
    const kept = holds(values[key]);
    return { kept, row: [text, show(values[key]), kept ? 'kept' : 'BROKEN'] };
  });
  return {
    text: table([[heading, 'measured', ''], ...judged.map(({ row }) => row)]),
    kept: judged.every(({ kept }) => kept),
  };
}
