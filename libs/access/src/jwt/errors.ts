import { AbacoError } from '@abaco/contract';

/** Thrown for a request that does not say who sends it. The caller has to send a token. */
export class NoCredentials extends AbacoError {
  readonly kind = 'invalid';
  constructor() {
    super('No JWT or nonce provided.');
  }
}

/** Thrown for a token that does not prove who sends the request. `reason` never holds a part of the token. */
export class InvalidJwt extends AbacoError {
  readonly kind = 'invalid';
  /** @param reason a sentence about the token */
  constructor(readonly reason: string) {
    super(`Invalid JWT. ${reason}`);
  }
}

/** Thrown at start for an option of access control `jwt` that cannot be used. The operator has to correct it. */
export class InvalidJwtOption extends AbacoError {
  readonly kind = 'invalid';
  constructor(
    readonly option: string,
    reason: string,
  ) {
    super(`Option ${option} ${reason}`);
  }
}
