import { AbacoError } from '@abaco/contract';

/** Thrown when a secret is to be stored and there is no key for it. The operator has to configure one. */
export class NoEncryptionKey extends AbacoError {
  readonly kind = 'invalid';
  constructor() {
    super(
      'Secrets cannot be stored: no encryption key is configured. Whoever runs this service has to set web.encryption_keys, for ' +
        'example to k1=<key> with a key that "openssl rand -base64 32" makes.',
    );
  }
}

/** Thrown at start for a key that is none. The operator has to correct it; the message never repeats it. */
export class InvalidEncryptionKey extends AbacoError {
  readonly kind = 'invalid';

  static of(source: string): InvalidEncryptionKey {
    return new InvalidEncryptionKey(
      `${source} is no encryption key: use <id>=<base64 of 32 bytes>, with an id of 1 to 32 letters, digits, "_" and "-". ` +
        'Make a key with: openssl rand -base64 32',
    );
  }

  static duplicate(id: string): InvalidEncryptionKey {
    return new InvalidEncryptionKey(`There are two different encryption keys with the id ${id}: give one another id.`);
  }

  static unreadable(path: string, error: Error): InvalidEncryptionKey {
    return new InvalidEncryptionKey(`The file of encryption keys ${path} cannot be read: ${error.message}.`, {
      cause: error,
    });
  }

  static unwritable(path: string, error: Error): InvalidEncryptionKey {
    return new InvalidEncryptionKey(
      `An encryption key cannot be made in ${path}: ${error.message}. Make the directory writable, or set web.encryption_keys.`,
      { cause: error },
    );
  }

  static fernet(): InvalidEncryptionKey {
    return new InvalidEncryptionKey(
      "web.encryption_key is no Fernet key: use the original's, URL-safe base64 of 32 bytes.",
    );
  }
}

/** Thrown when a stored text cannot be decrypted: its key is missing, or it was changed or belongs to another place. */
export class Undecryptable extends AbacoError {
  readonly kind = 'unavailable';

  static unknownKey(id: string): Undecryptable {
    return new Undecryptable(`its encryption key ${id} is not configured (web.encryption_keys)`);
  }

  static noFernetKey(): Undecryptable {
    return new Undecryptable("it is a Fernet token, and the original's key is not configured (web.encryption_key)");
  }

  /** What is not authentic is not looked at any further, so nothing more can be said. */
  static notAuthentic(): Undecryptable {
    return new Undecryptable('it was changed, or encrypted with another key or for another place');
  }

  static malformed(): Undecryptable {
    return new Undecryptable('it has no known form');
  }
}
