import { AbacoError, ServiceUnavailable } from '@abaco/contract';

/** The database does not answer, or not in time. Whether a write took place is unknown then. The caller may retry. */
export class StoreUnavailable extends ServiceUnavailable {
  constructor(options?: ErrorOptions) {
    super('The store does not answer. Try again later.', options);
  }
}

/** A record says that a body is stored, and it is not. */
export class BodyMissing extends AbacoError {
  readonly kind = 'not-found';
  constructor(readonly execution: string) {
    super(`The message body of execution ${execution} is gone from the store.`);
  }
}

/** Thrown when the actor has an execution with this idempotency key already. The caller takes that one. */
export class DuplicateIdempotencyKey extends AbacoError {
  readonly kind = 'conflict';
  constructor(
    readonly actor: string,
    readonly key: string,
  ) {
    super(`Actor ${actor} has an execution with the idempotency key "${key}" already.`);
  }
}

/** Thrown when the tenant has an alias of this name already. The caller has to choose another. */
export class DuplicateAlias extends AbacoError {
  readonly kind = 'invalid';
  constructor(readonly alias: string) {
    super(`Alias ${alias} already exists.`);
  }
}

/** Thrown when the tenant has a config of this name already. The caller has to choose another, or update that one. */
export class DuplicateConfig extends AbacoError {
  readonly kind = 'invalid';
  constructor(readonly config: string) {
    super(`Config ${config} already exists; please choose another name for your config`);
  }
}

/** Thrown when an object has as many permissions as it can. The caller may share it with everybody, `ABACO_WORLD`. */
export class TooManyPermissions extends AbacoError {
  readonly kind = 'invalid';
  constructor(readonly object: string) {
    super('The object has as many permissions as it can have. Share it with everybody: user ABACO_WORLD.');
  }
}
