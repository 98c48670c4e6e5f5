import { existsSync, readFileSync } from 'node:fs';

/**
 * What went wrong, in words a user can act upon. `remedy` is the way out; `log` names a file whose last lines are shown.
 */
export class Failure extends Error {
  constructor(message, { remedy, log, cause } = {}) {
    super(message, { cause });
    this.name = 'Failure';
    this.remedy = remedy;
    this.log = log;
  }
}

/** The last `lines` lines of a log file, `''` when there is none. */
export function tail(file, lines = 20) {
  return existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n').slice(-lines).join('\n') : '';
}

/** The text for the terminal: message, end of the log, remedy. An unexpected error is shown with its stack. */
export function describeFailure(error) {
  if (!(error instanceof Failure)) return `Unexpected error: ${error?.stack ?? error}`;
  const end = error.log ? tail(error.log) : '';
  return [
    `Error: ${error.message}`,
    ...(end ? [`\nThe last lines of ${error.log}:\n${end.replace(/^/gm, '  | ')}`] : []),
    ...(error.remedy ? [`\n${error.remedy}`] : []),
  ].join('\n');
}
