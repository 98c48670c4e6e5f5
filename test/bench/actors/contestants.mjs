/**
 * Who is measured, in the order of the table's columns. `contestants/<key>.mjs` exports `open({ started, handled })`, which
 * answers (or promises) a new system of counting actors:
 * - `spawn(name)`: a counter, or a promise of one; it calls `started` when it is made ready;
 * - `tell(actor)`: sends it "add 1" as a new message; it calls `handled` when it has counted that;
 * - `ask(actor)`: a promise of its count; absent where there is no such thing;
 * - `spawnParent(children)`: a counter that has so many counters for children; only of those whose rates are compared;
 * - `close(actors)`: stops them all.
 */
export const CONTESTANTS = [
  { key: 'abaco', title: 'ours (1)' },
  { key: 'nact', title: 'nact' },
  { key: 'comedy', title: 'comedy (2)' },
  { key: 'xstate', title: 'xstate (3)' },
  { key: 'bare-queue', title: 'bare queue (4)' },
];

/** Packages whose versions the report names. */
export const PACKAGES = ['nact', 'comedy', 'xstate'];

export const FOOTNOTES = [
  '(1) With room for a whole burst (`mailboxCapacity`): nothing bounds what waits for the others.',
  '(2) In memory. Asks have no deadline. A handler need not have ended before the next message of its actor is handled.',
  '(3) A message is handled within `send`, in the stack of its sender. There is no ask. Each actor is a root.',
  '(4) No names, tree, supervision or deadlines. An ask is a message with the `resolve` of a promise in it.',
];
