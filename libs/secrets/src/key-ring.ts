import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { EncryptionKey } from './encryption-key.js';
import { InvalidEncryptionKey, Undecryptable } from './errors.js';
import { IV_BYTES, keyIdOf, parseSealed, printSealed, type SealedText } from './sealed-text.js';

const ALGORITHM = 'aes-256-gcm';

/**
 * Encrypts with its first key and decrypts with all. Each text is bound to its place: what is copied elsewhere, say into
 * another tenant's record, does not decrypt there.
 */
export class KeyRing {
  private readonly byId = new Map<string, EncryptionKey>();
  private readonly first: EncryptionKey;

  /** @throws InvalidEncryptionKey when two different keys have one id */
  constructor(keys: readonly [EncryptionKey, ...EncryptionKey[]]) {
    this.first = keys[0];
    for (const key of keys) {
      const other = this.byId.get(key.id);
      if (other !== undefined && !other.bytes.equals(key.bytes)) throw InvalidEncryptionKey.duplicate(key.id);
      this.byId.set(key.id, key);
    }
  }

  /** @returns the form to be stored, different each time */
  seal(text: string, place: string): string {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv(ALGORITHM, this.first.bytes, iv).setAAD(associatedData(this.first.id, place));
    const ciphertext = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return printSealed({ keyId: this.first.id, iv, ciphertext, tag: cipher.getAuthTag() });
  }

  /** @throws Undecryptable */
  open(stored: string, place: string): string {
    const sealed = parseSealed(stored);
    const key = this.byId.get(sealed.keyId);
    if (key === undefined) throw Undecryptable.unknownKey(sealed.keyId);
    return decrypt(sealed, key, place);
  }

  /** Whether a text was encrypted with the first key. */
  isCurrent(stored: string): boolean {
    return keyIdOf(stored) === this.first.id;
  }
}

/** The key id has no colon, so that no two pairs of id and place give the same bytes. */
const associatedData = (keyId: string, place: string): Buffer => Buffer.from(`v1:${keyId}:${place}`);

function decrypt({ iv, ciphertext, tag }: SealedText, key: EncryptionKey, place: string): string {
  const decipher = createDecipheriv(ALGORITHM, key.bytes, iv, { authTagLength: tag.length });
  decipher.setAAD(associatedData(key.id, place)).setAuthTag(tag);
  try {
    return Buffer.concat([decipher.update(ciphertext), decipher.final()]).toString('utf8');
  } catch {
    throw Undecryptable.notAuthentic(); // OpenSSL says no more than that either
  }
}
