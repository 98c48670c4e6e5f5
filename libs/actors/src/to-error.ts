import { inspect, types } from 'node:util';

/** What was thrown, as an error. Errors of another realm (`vm` contexts) are errors, too. */
export function toError(thrown: unknown): Error {
  if (thrown instanceof Error || types.isNativeError(thrown)) return thrown;
  return new Error(typeof thrown === 'string' ? thrown : inspect(thrown), { cause: thrown });
}
