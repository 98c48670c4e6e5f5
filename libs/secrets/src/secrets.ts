import { type EncryptionKey, parseKey } from './encryption-key.js';
import { InvalidEncryptionKey, NoEncryptionKey, Undecryptable } from './errors.js';
import { Fernet } from './fernet.js';
import { makeKeyFile, readKeyFile } from './key-file.js';
import { KeyRing } from './key-ring.js';
import { isSealed, keyIdOf } from './sealed-text.js';

export interface SecretsOptions {
  /**
   * `<id>=<base64 of 32 bytes>`, or the path of a file with such lines, beginning with `/` or a dot. The first key encrypts, all
   * decrypt.
   */
  readonly keys: readonly string[];
  /** Fernet key of the original, for what it has stored. Empty: none. */
  readonly fernetKey: string;
  /**
   * File for a key of our own: it is made when a secret is stored and no key is there. Its keys decrypt, after the configured
   * ones. Default: none is made.
   */
  readonly keyFile?: string;
}

/** Encrypts texts for the store, and decrypts them. A place says where a text is stored, for example `config DEV_db_pass`. */
export class Secrets {
  private constructor(
    private ring: KeyRing | undefined,
    private readonly fernet: Fernet | undefined,
    private readonly keyFile: string | undefined,
  ) {}

  /** @throws InvalidEncryptionKey */
  static open({ keys, fernetKey, keyFile }: SecretsOptions): Secrets {
    const configured = keys.flatMap((item, index) => configuredKeys(item, `Item ${index + 1} of web.encryption_keys`));
    const own = keyFile === undefined ? [] : (readKeyFile(keyFile) ?? []);
    return new Secrets(ringOf([...configured, ...own]), fernetKey === '' ? undefined : new Fernet(fernetKey), keyFile);
  }

  /** @throws NoEncryptionKey, InvalidEncryptionKey */
  seal(text: string, place: string): string {
    this.ring ??= this.keyFile === undefined ? undefined : ringOf(makeKeyFile(this.keyFile));
    if (this.ring === undefined) throw new NoEncryptionKey();
    return this.ring.seal(text, place);
  }

  /** Opens what {@link seal} made for the same place, and Fernet tokens of the original. @throws Undecryptable */
  open(stored: string, place: string): string {
    if (!isSealed(stored)) {
      if (this.fernet === undefined) throw Undecryptable.noFernetKey();
      return this.fernet.decrypt(stored);
    }
    this.ring ??= this.keyFile === undefined ? undefined : ringOf(readKeyFile(this.keyFile) ?? []);
    if (this.ring === undefined) throw Undecryptable.unknownKey(keyIdOf(stored) ?? '');
    return this.ring.open(stored, place);
  }

  /** Whether a stored text needs no rotation: it was encrypted with the first key. */
  isCurrent(stored: string): boolean {
    return this.ring?.isCurrent(stored) ?? false;
  }
}

function configuredKeys(item: string, source: string): EncryptionKey[] {
  if (!/^[/.]/.test(item)) return [parseKey(item, source)];
  const keys = readKeyFile(item);
  if (keys === undefined) throw InvalidEncryptionKey.unreadable(item, new Error('there is no such file'));
  if (keys.length === 0) throw InvalidEncryptionKey.unreadable(item, new Error('there is no key in it'));
  return keys;
}

function ringOf([first, ...rest]: readonly EncryptionKey[]): KeyRing | undefined {
  return first && new KeyRing([first, ...rest]);
}
