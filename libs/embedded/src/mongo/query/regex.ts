import { CommandFailure } from '../failure.js';

/**
 * Translates a PCRE pattern with MongoDB's options to a JavaScript one. Both share their syntax but for rare constructs,
 * which are refused. @throws CommandFailure BadValue
 */
export function compileRegex(pattern: string, options: string): RegExp {
  checkOptions(options);
  const flags = [...new Set(options.replaceAll('u', ''))].join('');
  try {
    return new RegExp(pattern, `${flags}u`);
  } catch {
    // Some escapes that PCRE accepts are errors in Unicode mode only.
    try {
      return new RegExp(pattern, flags);
    } catch (error) {
      throw new CommandFailure(2, `Regular expression is invalid: ${(error as Error).message}`);
    }
  }
}

/** @throws CommandFailure BadValue for options that are not implemented */
export function checkOptions(options: string): void {
  for (const option of options) {
    if (option === 'x' || !'imsu'.includes(option)) {
      throw new CommandFailure(
        2,
        `The regular expression option '${option}' is not supported by the embedded database`,
      );
    }
  }
}
