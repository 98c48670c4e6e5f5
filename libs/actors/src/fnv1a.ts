const OFFSET_BASIS = 0x811c9dc5;
const PRIME = 0x01000193;

/**
 * The 32-bit FNV-1a hash of the UTF-8 octets of a text, from 0 to 2^32-1: the same in every process, version and language. It is
 * no protection against somebody who looks for collisions.
 *
 * Source: Fowler, Noll, Vo, Eastlake, "The FNV Non-Cryptographic Hash Algorithm" (draft-eastlake-fnv).
 */
export function fnv1a(text: string): number {
  const octets = Buffer.from(text);
  let hash = OFFSET_BASIS;
  for (let at = 0; at < octets.length; at += 1) hash = Math.imul(hash ^ octets[at]!, PRIME);
  return hash >>> 0;
}
