import { InvalidEncryptionKey } from './errors.js';
import { keyIdPattern } from './sealed-text.js';

export const KEY_BYTES = 32;

/** One key of the ring. Its bytes never leave this library. */
export interface EncryptionKey {
  readonly id: string;
  /** 256 bits. */
  readonly bytes: Buffer;
}

const base64 = /^[A-Za-z0-9+/_-]{43}=?$/;

/**
 * Reads `<id>=<base64 of 32 bytes>`, standard or URL-safe, with or without padding.
 * @param source what the error message calls it, for example `Item 2 of web.encryption_keys`
 * @throws InvalidEncryptionKey
 */
export function parseKey(text: string, source: string): EncryptionKey {
  const end = text.indexOf('=');
  const [id, encoded] = [text.slice(0, end), text.slice(end + 1)];
  const bytes = Buffer.from(encoded, 'base64');
  if (!keyIdPattern.test(id) || !base64.test(encoded) || bytes.length !== KEY_BYTES)
    throw InvalidEncryptionKey.of(source);
  return { id, bytes };
}
