import { AbacoError } from '@abaco/contract';

/** Thrown at start for an account of a registry that is none. The operator has to correct it; the message never repeats it. */
export class InvalidRegistryAccount extends AbacoError {
  readonly kind = 'invalid';

  static of(source: string): InvalidRegistryAccount {
    return new InvalidRegistryAccount(
      `${source} is no account of a registry: use <host>=<user>:<password>, such as ghcr.io=jdoe:<token>, or <host>=:<identity token>.`,
    );
  }

  static unreadable(path: string, error: Error): InvalidRegistryAccount {
    return new InvalidRegistryAccount(`The file of registry accounts ${path} cannot be read: ${error.message}.`, {
      cause: error,
    });
  }
}
