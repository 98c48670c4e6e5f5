import { fnv1a } from './fnv1a.js';
import type { Routing } from './routing.js';

/** 2^32 divided by the golden ratio: spreads successive numbers over 32 bits (Knuth, TAOCP vol. 3, 6.4). */
const GOLDEN = 0x9e3779b9;

/**
 * Messages of the same key go to the same routee, in their order. When a routee is gone for good, only its keys move, evenly to
 * those that are left; with `replace` no key ever moves: its messages wait while its routee stops.
 *
 * Rendezvous hashing (Thaler and Ravishankar, "Using name-based mappings to increase hit rates", IEEE/ACM ToN 6:1, 1998): each
 * routee has a weight for the key, and the highest wins. It needs no ring of virtual nodes to be even, and keeps no state; it
 * computes one weight a routee for each message. The hash is FNV-1a, not one of `node:crypto`: where a key goes must be the same
 * everywhere and cheap to find, but need not be hard to predict.
 *
 * @param key must return a string, else the router fails with TypeError
 */
export function consistentHash<M>(key: (message: M) => string): Routing<M> {
  return () => (message, routees) => {
    const hash = hashOf(key(message));
    let chosen = routees[0]!;
    let highest = -1;
    for (const routee of routees) {
      const weight = weightOf(hash, routee.number);
      if (weight <= highest) continue;
      highest = weight;
      chosen = routee;
    }
    return chosen;
  };
}

function hashOf(key: unknown): number {
  if (typeof key !== 'string') throw new TypeError(`consistentHash needs a string as key, not ${typeof key}`);
  return fnv1a(key);
}

/** From 0 to 2^32-1, and never the same for two routees: the finalizer of MurmurHash3 (Appleby, public domain) is a bijection. */
function weightOf(hash: number, number: number): number {
  let mixed = hash ^ Math.imul(number, GOLDEN);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
