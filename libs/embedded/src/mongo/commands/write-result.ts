import { CommandFailure } from '../failure.js';
import type { Doc } from '../bson/values.js';

/** An entry of `writeErrors`. */
export type WriteError = Doc;

/** @throws error when it is no refusal but a fault of the store: then the whole command fails. */
export function writeError(index: number, error: unknown): WriteError {
  if (!(error instanceof CommandFailure)) throw error;
  return { index, code: error.code, errmsg: error.message, ...error.details };
}

export function withErrors(result: Doc, errors: readonly WriteError[]): Doc {
  return errors.length > 0 ? { ...result, writeErrors: errors } : result;
}
