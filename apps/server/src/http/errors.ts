import { AbacoError } from '@abaco/contract';
import { MAX_BUFFERED_BODY } from './request-body.js';

/** Thrown for a JSON, form or text body over the limit. The caller may send bigger data as a binary message. */
export class BodyTooLarge extends AbacoError {
  readonly kind = 'too-large';
  constructor() {
    super(
      `The request body is larger than ${MAX_BUFFERED_BODY} bytes. ` +
        'Send more data as a binary message with "Content-Type: application/octet-stream".',
    );
  }
}

/** Thrown while the bodies of other requests take all the memory that there is for them. Nothing was done; the caller may try again. */
export class NoRoomForBody extends AbacoError {
  readonly kind = 'unavailable';
  constructor() {
    super(
      'The server holds as many request bodies as it may (web.max_buffered_bytes). Try again later, or send a large message as ' +
        'binary, with "Content-Type: application/octet-stream".',
    );
  }
}

/** Thrown for a form that cannot be taken apart or has too many fields. The caller has to correct it. */
export class MalformedForm extends AbacoError {
  readonly kind = 'invalid';
  constructor(kind: 'multipart' | 'urlencoded', reason: string, options?: ErrorOptions) {
    super(`The ${kind} form could not be read: ${reason}`, options);
  }
}

/** Thrown for a text with a NUL character where environment variables or the store cannot hold one. */
export class NulCharacter extends AbacoError {
  readonly kind = 'invalid';
  /** @param place what holds it, for example `field "name"` */
  constructor(readonly place: string) {
    super(
      `The ${place} contains a NUL character (U+0000), which cannot be stored or passed to a container. Remove it.`,
    );
  }
}

/** Thrown when a path names neither an actor id nor an alias of the tenant (contract 2.0.9). */
export class UnknownIdentifier extends AbacoError {
  readonly kind = 'not-found';
  constructor(readonly identifier: string) {
    super(`Actor with identifier '${identifier}' not found`);
  }
}

/** Thrown when a request comes with a nonce to an endpoint that no nonce opens (contract 2.13.2, 3.7). It needs a token. */
export class NonceNotApplicable extends AbacoError {
  constructor(
    message = 'Not authorized.',
    readonly kind: 'invalid' | 'not-found' = 'invalid',
  ) {
    super(message);
  }

  static toSearch(): NonceNotApplicable {
    return new NonceNotApplicable(
      "'x-nonce' query parameter on the '/actors/search/{database}' endpoint does not resolve.",
      'not-found',
    );
  }
}

/** Thrown when requests come faster than a tenant may send them. Nothing was done; the caller may try again later. */
export class TooManyRequests extends AbacoError {
  readonly kind = 'too-many';
  constructor(
    who: string,
    limit: number,
    override readonly retryAfterSeconds: number,
  ) {
    super(
      `${who} sends more than ${limit} requests per second, which is the limit (quotas.requests_per_second). ` +
        `Try again in ${retryAfterSeconds} s, and send more slowly.`,
    );
  }
}

/** Thrown for a HEAD where GET takes something away or has no end. */
export class MethodNotAllowed extends Error {}

/** Thrown for an `If-Match` that holds no entity tags. The caller has to send those that it got. */
export class MalformedEntityTag extends AbacoError {
  readonly kind = 'invalid';
  constructor() {
    super('The header If-Match is malformed. Send the ETag as you got it, with its quotes, or *.');
  }
}

/** Thrown for a page of a list that cannot be shown. The caller has to correct the parameter it names. */
export class InvalidPage extends AbacoError {
  readonly kind = 'invalid';

  static size(most: number): InvalidPage {
    return new InvalidPage(`The parameter page_size must be a number from 1 to ${most}.`);
  }

  static cursor(): InvalidPage {
    return new InvalidPage('The parameter cursor is none that this list has given. Begin again without it.');
  }

  static ofSearch(): InvalidPage {
    return new InvalidPage('The parameters page_size and cursor go through a whole list. A search has skip and limit.');
  }
}
