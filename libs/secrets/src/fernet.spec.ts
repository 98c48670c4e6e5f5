import { createCipheriv, createHmac, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { InvalidEncryptionKey, Undecryptable } from './errors.js';
import { Fernet } from './fernet.js';

/** The key of the original's local test configuration (contract B.4). */
const KEY = 'djq6ghD6YMWU43TyxGy58pmw_I2hfroAvcbqz9kV23o=';
const TOKEN = 'gAAAAABerDYVAAECAwQFBgcICQoLDA0OD3bM1vataiF4qYaZ1Xnc22bCm42bbTx4h0Q1waPz54AV5PBnvDLNFN5kH-G4iiuEPA==';

function tokenOf(text: string): string {
  const [signing, encryption] = [
    Buffer.from(KEY, 'base64url').subarray(0, 16),
    Buffer.from(KEY, 'base64url').subarray(16),
  ];
  const iv = randomBytes(16);
  const cipher = createCipheriv('aes-128-cbc', encryption, iv);
  const signed = Buffer.concat([Buffer.from([0x80]), Buffer.alloc(8), iv, cipher.update(text, 'utf8'), cipher.final()]);
  return Buffer.concat([signed, createHmac('sha256', signing).update(signed).digest()]).toString('base64url');
}

describe('Fernet tokens', () => {
  it("of Python's cryptography are read, with the original's example key", () => {
    expect(new Fernet(KEY).decrypt(TOKEN)).toBe('pässword');
  });

  it('of the specification are read, whatever their age', () => {
    const token =
      'gAAAAAAdwJ6wAAECAwQFBgcICQoLDA0ODy021cpGVWKZ_eEwCGM4BLLF_5CV9dOPmrhuVUPgJobwOz7JcbmrR64jVmpU4IwqDA==';
    expect(new Fernet('cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4=').decrypt(token)).toBe('hello');
  });

  it('of any text are read', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', size: 'max', maxLength: 200 }), (text) => {
        expect(new Fernet(KEY).decrypt(tokenOf(text))).toBe(text);
      }),
    );
  });

  it('are refused when a bit of them was changed', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 0, max: 7 }), (at, bit) => {
        const bytes = Buffer.from(TOKEN, 'base64url');
        const index = at % bytes.length;
        bytes[index] = (bytes[index] ?? 0) ^ (1 << bit);
        expect(() => new Fernet(KEY).decrypt(bytes.toString('base64url'))).toThrow(Undecryptable);
      }),
    );
  });

  it('of another key, and everything that is no token, are refused', () => {
    const other = new Fernet('cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4=');
    expect(() => other.decrypt(TOKEN)).toThrow('it was changed, or encrypted with another key');
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.base64String()), (text) => {
        expect(() => other.decrypt(text)).toThrow(Undecryptable);
      }),
    );
  });

  it.each(['', 'short', `${KEY}x`, KEY.slice(4)])('need a key: %j is none', (key) => {
    expect(() => new Fernet(key)).toThrow(InvalidEncryptionKey);
  });
});
