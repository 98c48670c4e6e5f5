import { type KeyObject, verify } from 'node:crypto';
import { compactVerify, errors } from 'jose';
import { isStrong } from './public-key.js';
import type { Token } from './token.js';

/**
 * Whether the holder of the key signed the token, by RS256 and nothing else. jose verifies it; what jose refuses to look at (keys
 * below 2048 bits, padded base64, the algorithm's older name) is of the original's gateway and verified by Node itself.
 */
export async function isSignedBy(token: Token, key: KeyObject): Promise<boolean> {
  if (!token.canonical || !isStrong(key)) {
    return verify('RSA-SHA256', Buffer.from(token.signed), key, token.signature);
  }
  try {
    await compactVerify(token.text, key, { algorithms: ['RS256'] });
    return true;
  } catch (error) {
    if (error instanceof errors.JOSEError) return false;
    throw error;
  }
}
