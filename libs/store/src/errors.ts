import { AbacoError, ServiceUnavailable } from '@abaco/contract';

/** The database does not answer. The caller may retry. */
export class StoreUnavailable extends ServiceUnavailable {}

/** A record says that a body is stored, and it is not. */
export class BodyMissing extends AbacoError {
  readonly kind = 'not-found';
  constructor(readonly execution: string) {
    super(`The message body of execution ${execution} is gone from the store.`);
  }
}
