import type { Offer } from './offer.js';
import { OwnEnvelope } from './own-envelope.js';
import { Queue } from './queue.js';

/** Messages that may wait unless `mailboxCapacity` says otherwise. */
export const DEFAULT_CAPACITY = 100_000;
/** Messages that may be put aside unless `stashCapacity` says otherwise. */
export const DEFAULT_STASH_CAPACITY = 1_000;

/** What waits for one actor: messages in their order, messages it has put aside, and senders that wait for room. */
export class Mailbox {
  private readonly queue = new Queue<unknown>();
  private aside: Queue<unknown> | undefined;
  private offers: Set<Offer> | undefined;

  constructor(private readonly capacity: number) {}

  get size(): number {
    return this.queue.size;
  }

  get stashed(): number {
    return this.aside?.size ?? 0;
  }

  get full(): boolean {
    return this.queue.size >= this.capacity;
  }

  /** Nothing is kept here, so that the memory can be given back. */
  get unused(): boolean {
    return this.queue.size === 0 && this.stashed === 0 && !this.offers?.size;
  }

  push(item: unknown): void {
    this.queue.push(item);
  }

  /** The oldest message; only when `size` is above 0, because a message may be `undefined`. Gives its room to the first offer. */
  take(): unknown {
    const item = this.queue.shift();
    if (this.offers !== undefined) this.admit();
    return item;
  }

  /** Takes the oldest message of others out; what the actor sent to itself keeps its place. @returns whether there was one */
  dropOldest(drop: (item: unknown) => void): boolean {
    const own: unknown[] = [];
    let found = false;
    while (this.queue.size > 0 && !found) {
      const item = this.queue.shift();
      if (item instanceof OwnEnvelope) own.push(item);
      else {
        found = true;
        drop(item);
      }
    }
    while (own.length > 0) this.queue.unshift(own.pop());
    return found;
  }

  stash(item: unknown): void {
    this.aside ??= new Queue();
    this.aside.push(item);
  }

  /** Takes back what was put aside last. */
  unstashLast(): unknown {
    return this.aside?.pop();
  }

  /** Everything put aside goes before all that waits, in the order in which it first came. */
  unstashAll(): void {
    while (this.stashed > 0) this.queue.unshift(this.aside?.pop());
    this.aside = undefined;
  }

  /** An offer waits until there is room. */
  line(offer: Offer): void {
    this.offers ??= new Set();
    this.offers.add(offer);
  }

  leave(offer: Offer): void {
    this.offers?.delete(offer);
  }

  /** Takes everything out, in order: what was put aside, what waits, what was offered. */
  clear(refuse: (item: unknown) => void, refuseOffer: (offer: Offer) => void): void {
    this.unstashAll();
    while (this.queue.size > 0) refuse(this.queue.shift());
    for (const offer of this.offers ?? []) refuseOffer(offer);
    this.offers = undefined;
  }

  private admit(): void {
    for (const offer of this.offers ?? []) {
      if (this.full) return;
      this.offers?.delete(offer);
      this.queue.push(offer.message);
      offer.taken();
    }
    this.offers = undefined;
  }
}
