import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InvalidSigningKey, openSigningKey } from './signing-key.js';

describe('openSigningKey', () => {
  let directory: string;
  let keyFile: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'abaco-signing-'));
    keyFile = join(directory, 'tokens.key');
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  const jwk = (key: KeyObject): unknown => key.export({ format: 'jwk' });
  const { privateKey } = generateKeyPairSync('ed25519');
  const der = privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64');

  it('makes one key in its file, for its owner alone, and finds it again', () => {
    const made = openSigningKey({ configured: '', keyFile });
    expect(made.asymmetricKeyType).toBe('ed25519');
    expect(statSync(keyFile).mode & 0o777).toBe(0o600);
    expect(jwk(openSigningKey({ configured: '', keyFile }))).toEqual(jwk(made));
    expect(readdirSync(directory)).toEqual(['tokens.key']);
  });

  it('reads a configured key, and makes none then', () => {
    expect(jwk(openSigningKey({ configured: der, keyFile }))).toEqual(jwk(privateKey));
    const path = join(directory, 'own.pem');
    writeFileSync(path, privateKey.export({ format: 'pem', type: 'pkcs8' }));
    expect(jwk(openSigningKey({ configured: path, keyFile }))).toEqual(jwk(privateKey));
    expect(readdirSync(directory)).toEqual(['own.pem']);
  });

  it.each([
    ['none is given', () => ({ configured: '' }), /needs tokens\.signing_key when the store is not embedded/],
    ['it is no key', () => ({ configured: 'canary'.repeat(10) }), /tokens\.signing_key is no private Ed25519 key/],
    ['its file is missing', () => ({ configured: '/nowhere/tokens.key' }), /cannot be read: ENOENT/],
    ['no file can be made', () => ({ configured: '', keyFile: '/nowhere/tokens.key' }), /cannot be made in \/nowhere/],
    [
      'it is a key of another kind',
      () => {
        const { privateKey: rsa } = generateKeyPairSync('rsa', { modulusLength: 2048 });
        return { configured: rsa.export({ format: 'der', type: 'pkcs8' }).toString('base64') };
      },
      /no private Ed25519 key\. Make a key with: openssl genpkey/,
    ],
  ])('says what to do when %s', (_, options, message) => {
    const open = (): unknown => openSigningKey(options());
    expect(open).toThrow(InvalidSigningKey);
    expect(open).toThrow(message);
    expect(open).not.toThrow(/canary/);
  });
});
