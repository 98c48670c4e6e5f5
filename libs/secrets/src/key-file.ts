import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type EncryptionKey, KEY_BYTES, parseKey } from './encryption-key.js';
import { InvalidEncryptionKey } from './errors.js';
import { createPrivateFile } from './private-file.js';

/**
 * The keys of a file, one `<id>=<base64>` a line; empty lines and those that begin with `#` do not count.
 * @returns undefined when there is no such file
 * @throws InvalidEncryptionKey
 */
export function readKeyFile(path: string): EncryptionKey[] | undefined {
  const text = readIfThere(path);
  const lines = text
    ?.split('\n')
    .map((line, index) => ({ content: line.trim(), source: `Line ${index + 1} of ${path}` }));
  return lines
    ?.filter(({ content }) => content !== '' && !content.startsWith('#'))
    .map(({ content, source }) => parseKey(content, source));
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw InvalidEncryptionKey.unreadable(path, error as Error);
  }
}

/**
 * Makes a file with one new key, readable by its owner alone, durable before it returns: no secret may be encrypted with a key
 * that a crash can take away. When there is such a file already, it stays.
 * @returns the keys of the file
 * @throws InvalidEncryptionKey
 */
export function makeKeyFile(path: string): EncryptionKey[] {
  try {
    createPrivateFile(path, `made-${randomBytes(3).toString('hex')}=${randomBytes(KEY_BYTES).toString('base64')}\n`);
  } catch (error) {
    throw InvalidEncryptionKey.unwritable(path, error as Error);
  }
  return readKeyFile(path) ?? [];
}
