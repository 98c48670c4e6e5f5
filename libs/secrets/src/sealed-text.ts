import { Undecryptable } from './errors.js';

/** What the stored form of a secret consists of. */
export interface SealedText {
  readonly keyId: string;
  /** 96 bits, never twice with one key. */
  readonly iv: Buffer;
  readonly ciphertext: Buffer;
  /** 128 bits. */
  readonly tag: Buffer;
}

const VERSION = 'v1';
export const IV_BYTES = 12;
export const TAG_BYTES = 16;

/** Key ids stand between colons in the stored form. */
export const keyIdPattern = /^[A-Za-z0-9_-]{1,32}$/;
const form = /^v1:([A-Za-z0-9_-]{1,32}):([A-Za-z0-9_-]+)$/;

/** `v1:<key id>:<base64url of iv | ciphertext | tag>` */
export const printSealed = ({ keyId, iv, ciphertext, tag }: SealedText): string =>
  `${VERSION}:${keyId}:${Buffer.concat([iv, ciphertext, tag]).toString('base64url')}`;

/** Whether a stored text claims to be of this form, and not a Fernet token. */
export const isSealed = (stored: string): boolean => stored.startsWith(`${VERSION}:`);

/** The key that a text was encrypted with; undefined for every other form. */
export const keyIdOf = (stored: string): string | undefined => form.exec(stored)?.[1];

/** @throws Undecryptable for what {@link printSealed} never prints */
export function parseSealed(stored: string): SealedText {
  const [, keyId = '', encoded = ''] = form.exec(stored) ?? [];
  const bytes = Buffer.from(encoded, 'base64url');
  const canonical = bytes.toString('base64url') === encoded;
  if (!canonical || bytes.length < IV_BYTES + TAG_BYTES) throw Undecryptable.malformed();
  return {
    keyId,
    iv: bytes.subarray(0, IV_BYTES),
    ciphertext: bytes.subarray(IV_BYTES, -TAG_BYTES),
    tag: bytes.subarray(-TAG_BYTES),
  };
}
