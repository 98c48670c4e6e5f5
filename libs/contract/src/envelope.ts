/** Every JSON response, success or error: exactly these four keys (contract 2.0.1). */
export interface Envelope<T = unknown> {
  /** For people. On errors: what happened. */
  readonly message: string;
  readonly status: 'success' | 'error';
  /** The instance's `general.TAG`. */
  readonly version: string;
  /** null on errors and deletions. */
  readonly result: T;
}

/** `message` of a success for which the endpoint says nothing else. */
export const DEFAULT_SUCCESS_MESSAGE = 'The request was successful';

export const successEnvelope = <T>(
  version: string,
  result: T,
  message: string = DEFAULT_SUCCESS_MESSAGE,
): Envelope<T> => ({ message, status: 'success', version, result });

export const errorEnvelope = (version: string, message: string): Envelope<null> => ({
  message,
  status: 'error',
  version,
  result: null,
});
