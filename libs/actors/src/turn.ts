import type { Routee } from './routing.js';

/** Index of the routee whose turn comes after that of number `last`, whoever has been taken out or replaced since. */
export function turnAfter(last: number, routees: readonly Routee[]): number {
  return Math.max(
    0,
    routees.findIndex(({ number }) => number > last),
  );
}
