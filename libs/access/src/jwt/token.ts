import { InvalidJwt } from './errors.js';

/** The members of a token's header or payload. They are data: names such as `__proto__` mean nothing. */
export type Claims = ReadonlyMap<string, unknown>;

/** A token that was taken apart. Nothing in it is true before its signature was checked. */
export interface Token {
  /** As received, without what stood around it. */
  readonly text: string;
  /** The part that is signed, as received. */
  readonly signed: string;
  readonly signature: Buffer;
  /** Which key of several has signed it. */
  readonly kid: string | undefined;
  /** Exactly as RFC 7515 has it; the original's gateway also writes padded base64 and the algorithm under an older name. */
  readonly canonical: boolean;
  readonly claims: Claims;
}

/** Standard base64 or base64url, padded or not. */
const encoded = /^[A-Za-z0-9+/_-]+={0,2}$/;
const base64url = /^[A-Za-z0-9_-]+$/;
/** WSO2's name for RS256 (contract 3.2). */
const OLD_NAME = 'SHA256WITHRSA';

/**
 * Takes a token apart and checks its form. Blanks and quotes around it do not matter. The algorithm is RS256, whatever the token
 * would like.
 * @throws InvalidJwt
 */
export function parseToken(received: string): Token {
  const text = received.trim().replace(/^(["'])(.*)\1$/, '$2');
  const parts = text.split('.');
  const [header = '', payload = '', signature = ''] = parts;
  if (parts.length !== 3 || !parts.every((part) => encoded.test(part))) {
    throw new InvalidJwt('It is not three base64 texts with dots between them.');
  }
  const members = decode(header);
  const alg = members.get('alg');
  const kid = members.get('kid');
  if (alg !== 'RS256' && String(alg).toUpperCase() !== OLD_NAME) throw new InvalidJwt('It is not signed by RS256.');
  if (members.has('crit')) throw new InvalidJwt('It has critical header members that are not known here.');
  if (kid !== undefined && typeof kid !== 'string') throw new InvalidJwt('Its key id is not a text.');
  return {
    text,
    signed: `${header}.${payload}`,
    signature: Buffer.from(signature, 'base64'),
    kid,
    canonical: alg === 'RS256' && parts.every((part) => base64url.test(part)),
    claims: decode(payload),
  };
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function decode(part: string): Claims {
  try {
    const value: unknown = JSON.parse(utf8.decode(Buffer.from(part, 'base64')));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return new Map(Object.entries(value));
  } catch {
    // said below, without the parser's words, which repeat the text
  }
  throw new InvalidJwt('Its header and payload are not JSON objects.');
}
