/** What went wrong, in the words that decide the HTTP status. */
export type ErrorKind =
  'invalid' | 'not-found' | 'unavailable' | 'conflict' | 'too-large' | 'precondition' | 'unprocessable' | 'too-many';

/**
 * Base of every error that a user may see. `message` says what happened, to what, and what to do next; it never holds a
 * secret. One place (apps/server) maps `kind` to an HTTP status.
 */
export abstract class AbacoError extends Error {
  abstract readonly kind: ErrorKind;
  /** After so many seconds the caller may try again. */
  readonly retryAfterSeconds?: number;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** A part that the service depends on does not answer. The caller may retry: nothing was accepted. */
export class ServiceUnavailable extends AbacoError {
  readonly kind = 'unavailable';
}
