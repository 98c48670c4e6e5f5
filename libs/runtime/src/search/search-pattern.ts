import { RE2JS } from 're2js';
import { InvalidSearch } from './errors.js';

/** Longest regular expression of a search, characters. */
const MAX_LENGTH = 512;

/**
 * Checks a regular expression that a user wrote: what RE2 can express is matched in linear time, so that no pattern can keep the
 * store busy. @throws InvalidSearch
 */
export function checkPattern(key: string, pattern: string): string {
  if (pattern.length > MAX_LENGTH) {
    throw InvalidSearch.parameter(key, `a regular expression has at most ${MAX_LENGTH} characters.`);
  }
  if (pattern.includes('\0')) throw InvalidSearch.parameter(key, 'a regular expression has no NUL character.');
  try {
    RE2JS.compile(pattern);
  } catch (error) {
    throw InvalidSearch.parameter(key, `it is no regular expression of RE2 (${(error as Error).message}).`);
  }
  return pattern;
}
