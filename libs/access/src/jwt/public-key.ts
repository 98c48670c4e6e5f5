import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { InvalidJwtOption } from './errors.js';

/** Bits of a modulus from which on RSA counts as safe (RFC 7518, 3.3). */
const STRONG = 2048;
/** The original's gateway signs with 1024 bits; less is never accepted. */
const WEAK = 1024;

const bitsOf = (key: KeyObject): number => key.asymmetricKeyDetails?.modulusLength ?? 0;

/** Whether the key has at least 2048 bits. */
export const isStrong = (key: KeyObject): boolean => bitsOf(key) >= STRONG;

/** Why a key cannot be used, as the end of a sentence; undefined when it can. */
export function refusal(key: KeyObject, allowWeak: boolean): string | undefined {
  if (key.asymmetricKeyType !== 'rsa') return 'is no RSA key.';
  const bits = bitsOf(key);
  if (bits < WEAK) return `is an RSA key of ${bits} bits, which anybody can break.`;
  if (bits < STRONG && !allowWeak) {
    return `is an RSA key of ${bits} bits: use one of 2048 or more, or accept it with web.allow_weak_keys.`;
  }
  if ((key.asymmetricKeyDetails?.publicExponent ?? 0n) < 3n) return 'is an RSA key with a public exponent below 3.';
  return undefined;
}

/**
 * Reads a public key: PEM, base64 of the DER SubjectPublicKeyInfo without armour (contract 3.2), or the path of a file with
 * either, which begins with `/` or `.`.
 * @throws InvalidJwtOption
 */
export function readPublicKey(value: string, option: string, allowWeak: boolean): KeyObject {
  const text = /^[./]/.test(value) ? contentOf(value, option) : value;
  if (text.includes('PRIVATE KEY')) {
    throw new InvalidJwtOption(option, 'holds a private key: give the public one, and keep that one secret.');
  }
  let key: KeyObject;
  try {
    key = text.includes('-----BEGIN')
      ? createPublicKey(text)
      : createPublicKey({ key: Buffer.from(text, 'base64'), format: 'der', type: 'spki' });
  } catch {
    throw new InvalidJwtOption(
      option,
      'holds no public key: give PEM, base64 of the DER form, or the path of a file with either, beginning with / or a dot.',
    );
  }
  const reason = refusal(key, allowWeak);
  if (reason !== undefined) throw new InvalidJwtOption(option, reason);
  return key;
}

function contentOf(path: string, option: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    throw new InvalidJwtOption(option, `names a file that cannot be read (${(error as Error).message}).`);
  }
}

/** The key of a JWK; undefined for what cannot verify RS256. */
export function keyOfJwk(jwk: Readonly<Record<string, unknown>>, allowWeak: boolean): KeyObject | undefined {
  const { kty, n, e, use = 'sig', alg = 'RS256', key_ops = ['verify'] } = jwk;
  const verifies = Array.isArray(key_ops) && key_ops.includes('verify');
  if (kty !== 'RSA' || use !== 'sig' || alg !== 'RS256' || !verifies) return undefined;
  try {
    const key = createPublicKey({ key: { kty, n, e } as JsonWebKey, format: 'jwk' });
    return refusal(key, allowWeak) === undefined ? key : undefined;
  } catch {
    return undefined; // a malformed key among others must not make the others useless
  }
}
