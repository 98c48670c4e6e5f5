import { createDecipheriv, createHmac, timingSafeEqual } from 'node:crypto';
import { InvalidEncryptionKey, Undecryptable } from './errors.js';

const VERSION = 0x80;
const IV_AT = 9; // version, 8 bytes of time
const CIPHERTEXT_AT = 25;
const HMAC_BYTES = 32;
const BLOCK_BYTES = 16;

/**
 * Reads Fernet tokens, the form in which the original stores secrets (contract B.4): AES-128-CBC with an HMAC-SHA256. Their
 * age does not count. Nothing is encrypted in this form any more: it says nothing about where a token belongs.
 */
export class Fernet {
  private readonly signingKey: Buffer;
  private readonly encryptionKey: Buffer;

  /** @param key URL-safe base64 of 32 bytes: signing key, encryption key. @throws InvalidEncryptionKey */
  constructor(key: string) {
    const bytes = Buffer.from(key, 'base64url');
    if (!/^[A-Za-z0-9_-]{43}=?$/.test(key) || bytes.length !== 32) throw InvalidEncryptionKey.fernet();
    this.signingKey = bytes.subarray(0, 16);
    this.encryptionKey = bytes.subarray(16);
  }

  /** @throws Undecryptable for what was not made with this key, or changed since */
  decrypt(token: string): string {
    if (!/^[A-Za-z0-9_-]+={0,2}$/.test(token)) throw Undecryptable.malformed();
    const bytes = Buffer.from(token, 'base64url');
    const ciphertextBytes = bytes.length - CIPHERTEXT_AT - HMAC_BYTES;
    if (bytes[0] !== VERSION || ciphertextBytes < BLOCK_BYTES || ciphertextBytes % BLOCK_BYTES !== 0) {
      throw Undecryptable.malformed();
    }
    const signed = bytes.subarray(0, -HMAC_BYTES);
    const hmac = createHmac('sha256', this.signingKey).update(signed).digest();
    if (!timingSafeEqual(hmac, bytes.subarray(-HMAC_BYTES))) throw Undecryptable.notAuthentic();
    const decipher = createDecipheriv('aes-128-cbc', this.encryptionKey, bytes.subarray(IV_AT, CIPHERTEXT_AT));
    try {
      return Buffer.concat([decipher.update(signed.subarray(CIPHERTEXT_AT)), decipher.final()]).toString('utf8');
    } catch {
      throw Undecryptable.malformed(); // signed with the right key, but padded as no Fernet token is
    }
  }
}
