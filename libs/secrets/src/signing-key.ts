import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { AbacoError } from '@abaco/contract';
import { createPrivateFile } from './private-file.js';

/** Thrown at start when there is no key that signs access tokens. The operator has to correct it; no message repeats the key. */
export class InvalidSigningKey extends AbacoError {
  readonly kind = 'invalid';
  /** @param problem a sentence */
  constructor(problem: string, options?: ErrorOptions) {
    super(`${problem} Make a key with: openssl genpkey -algorithm ed25519 -out tokens.key`, options);
  }
}

export interface SigningKeyOptions {
  /** Base64 of the PKCS#8 form, or the path of a PEM file, beginning with `/` or a dot. Empty: the file of our own. */
  readonly configured: string;
  /** File for a key of our own; made when it is missing. Default: none is made. */
  readonly keyFile?: string;
}

/** The Ed25519 key that signs access tokens. @throws InvalidSigningKey */
export function openSigningKey({ configured, keyFile }: SigningKeyOptions): KeyObject {
  if (configured !== '') {
    return /^[/.]/.test(configured) ? fromFile(configured) : parsed(configured, 'Option tokens.signing_key', 'der');
  }
  if (keyFile === undefined) {
    throw new InvalidSigningKey(
      'Option tokens.issuer is builtin, which needs tokens.signing_key when the store is not embedded.',
    );
  }
  const { privateKey } = generateKeyPairSync('ed25519');
  try {
    createPrivateFile(keyFile, privateKey.export({ format: 'pem', type: 'pkcs8' }) as string);
  } catch (error) {
    const { message } = error as Error;
    throw new InvalidSigningKey(`A key that signs tokens cannot be made in ${keyFile}: ${message}.`, { cause: error });
  }
  return fromFile(keyFile);
}

function fromFile(path: string): KeyObject {
  let pem: string;
  try {
    pem = readFileSync(path, 'utf8');
  } catch (error) {
    const { message } = error as Error;
    throw new InvalidSigningKey(`The file with the key that signs tokens cannot be read: ${message}.`, {
      cause: error,
    });
  }
  return parsed(pem, `The file ${path}`, 'pem');
}

function parsed(text: string, source: string, format: 'der' | 'pem'): KeyObject {
  let key: KeyObject | undefined;
  try {
    const input = format === 'der' ? Buffer.from(text, 'base64') : text;
    key = createPrivateKey({ key: input, format, type: 'pkcs8' });
  } catch {
    key = undefined; // the cause might repeat a part of what was given
  }
  if (key?.asymmetricKeyType !== 'ed25519') throw new InvalidSigningKey(`${source} is no private Ed25519 key.`);
  return key;
}
