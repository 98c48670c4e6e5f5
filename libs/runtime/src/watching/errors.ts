import { AbacoError } from '@abaco/contract';

/** Thrown when the result of a message is to be awaited while more than three wait before it (contract 2.4.4). */
export class MailboxNotEmpty extends AbacoError {
  readonly kind = 'invalid';
  constructor(readonly actor: string) {
    super('Cannot issue synchronous execution when actor message queue > 0.');
  }
}

/** Thrown when too many requests of a tenant wait for executions. Nothing was sent; the caller may try again, or not wait. */
export class TooManyWaiting extends AbacoError {
  readonly kind = 'too-many';
  override readonly retryAfterSeconds = 5;
  constructor(limit: number) {
    super(
      `The tenant has ${limit} requests that wait for an execution, which is the limit (web.max_synchronous). ` +
        'The message was not sent. Try again later, or send it without _abaco_synchronous.',
    );
  }
}

/** Thrown when a tenant follows too many executions. The caller may close another stream, or read without `follow`. */
export class TooManyStreams extends AbacoError {
  readonly kind = 'too-many';
  override readonly retryAfterSeconds = 5;
  constructor(limit: number) {
    super(
      `The tenant follows ${limit} executions, which is the limit (web.max_streams). Close another stream, or try again later.`,
    );
  }
}
