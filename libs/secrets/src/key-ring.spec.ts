import fc from 'fast-check';
import { type EncryptionKey, parseKey } from './encryption-key.js';
import { InvalidEncryptionKey, Undecryptable } from './errors.js';
import { KeyRing } from './key-ring.js';

const key = (id: string, byte: number): EncryptionKey => ({ id, bytes: Buffer.alloc(32, byte) });
const ring = new KeyRing([key('k2', 2), key('k1', 1)]);
const text = fc.string({ unit: 'grapheme', size: 'max', maxLength: 300 });

describe('a key ring', () => {
  it('decrypts what AES-256-GCM of another implementation made', () => {
    const known = new KeyRing([parseKey('k1=AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=', 'the example')]);
    const stored = 'v1:k1:AAECAwQFBgcICQoLNDG1aaCR4tgxrUd7kgGOdmbDLmsMxJS_Mw';
    expect(known.open(stored, 'config DEV_db_pass')).toBe('s3cret ü');
  });

  it('gives back every text, and never stores it the same way twice', () => {
    fc.assert(
      fc.property(text, fc.string(), (secret, place) => {
        const stored = ring.seal(secret, place);
        expect(stored).toMatch(/^v1:k2:[A-Za-z0-9_-]+$/);
        expect(ring.seal(secret, place)).not.toBe(stored);
        expect(ring.open(stored, place)).toBe(secret);
      }),
    );
  });

  it('decrypts nothing in another place', () => {
    fc.assert(
      fc.property(text, fc.string(), fc.string(), (secret, place, other) => {
        fc.pre(place !== other);
        expect(() => ring.open(ring.seal(secret, place), other)).toThrow(Undecryptable);
      }),
    );
  });

  it('decrypts nothing of which a single bit was changed', () => {
    fc.assert(
      fc.property(text, fc.nat(), fc.integer({ min: 0, max: 7 }), (secret, at, bit) => {
        const bytes = Buffer.from(ring.seal(secret, 'here').slice('v1:k2:'.length), 'base64url');
        const index = at % bytes.length;
        bytes[index] = (bytes[index] ?? 0) ^ (1 << bit);
        expect(() => ring.open(`v1:k2:${bytes.toString('base64url')}`, 'here')).toThrow(Undecryptable);
      }),
    );
  });

  it('decrypts nothing under the name of another key', () => {
    const stored = ring.seal('secret', 'here').replace('v1:k2:', 'v1:k1:');
    expect(() => ring.open(stored, 'here')).toThrow(
      'it was changed, or encrypted with another key or for another place',
    );
    const same = new KeyRing([key('a', 1), key('b', 1)]);
    expect(() => same.open(same.seal('secret', 'here').replace('v1:a:', 'v1:b:'), 'here')).toThrow(Undecryptable);
  });

  it('refuses every text that is none of its own, and nothing else happens', () => {
    const almost = fc.tuple(fc.constantFrom('v1:k2:', 'v1:', 'v2:k2:', ''), fc.base64String(), fc.string());
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          almost.map((parts) => parts.join('')),
        ),
        (stored) => {
          expect(() => ring.open(stored, 'here')).toThrow(Undecryptable);
        },
      ),
    );
  });

  it('encrypts with the first key and decrypts with all', () => {
    const old = new KeyRing([key('k1', 1)]);
    const stored = old.seal('secret', 'here');
    expect(ring.open(stored, 'here')).toBe('secret');
    expect([old.isCurrent(stored), ring.isCurrent(stored), ring.isCurrent(ring.seal('x', 'y'))]).toEqual([
      true,
      false,
      true,
    ]);
    expect(() => old.open(ring.seal('secret', 'here'), 'here')).toThrow(
      'its encryption key k2 is not configured (web.encryption_keys)',
    );
  });

  it('refuses two keys of one id, unless they are the same', () => {
    expect(() => new KeyRing([key('k1', 1), key('k1', 2)])).toThrow(InvalidEncryptionKey);
    expect(() => new KeyRing([key('k1', 1), key('k1', 1)])).not.toThrow();
  });
});

describe('a key in the configuration', () => {
  it('is an id and 32 bytes of base64, standard or URL-safe', () => {
    const bytes = Buffer.alloc(32, 0xfb);
    for (const encoded of [bytes.toString('base64'), bytes.toString('base64url')]) {
      expect(parseKey(`2026_a-b=${encoded}`, 'x')).toEqual({ id: '2026_a-b', bytes });
    }
  });

  it.each([
    '',
    'k1',
    'k1=',
    '=AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=',
    'k1=c2hvcnQ=',
    'k:1=AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=',
  ])('is refused without being repeated: %j', (bad) => {
    const refusal = 'Item 1 is no encryption key: use <id>=<base64 of 32 bytes>';
    expect(() => parseKey(bad, 'Item 1')).toThrow(refusal);
  });
});
