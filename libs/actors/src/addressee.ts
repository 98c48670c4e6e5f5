import type { Clock } from './clock.js';
import type { DeadLetterReason } from './dead-letter.js';
import { discard } from './discard.js';
import type { Environment } from './environment.js';
import { ActorStopped, MailboxFull, StashFull } from './errors.js';
import { DEFAULT_CAPACITY, DEFAULT_STASH_CAPACITY, Mailbox } from './mailbox.js';
import { Offer } from './offer.js';
import type { OwnEnvelope } from './own-envelope.js';
import type { Debt, Debtor } from './pending-ask.js';
import type { CellOptions } from './spawn-options.js';
import { TreeNode } from './tree-node.js';

/** Wants to know when an actor has stopped. */
export interface Watcher {
  notify(): void;
}

/** What others see of an actor: it takes messages until it is told to stop, and owes answers to askers and watchers. */
export abstract class Addressee<Self extends Addressee<Self>> extends TreeNode<Self> implements Debtor {
  private mailbox: Mailbox | undefined;
  private asks: Set<Debt> | undefined;
  private watchers: Set<Watcher> | undefined;
  private closed = false;

  constructor(
    readonly environment: Environment,
    parent: Self | undefined,
    name: string,
    protected readonly options: CellOptions,
  ) {
    super(parent, name);
  }

  get clock(): Clock {
    return this.environment.clock;
  }

  get waiting(): number {
    return this.mailbox?.size ?? 0;
  }

  get stashed(): number {
    return this.mailbox?.stashed ?? 0;
  }

  private get capacity(): number {
    return this.options.mailboxCapacity ?? DEFAULT_CAPACITY;
  }

  /** Takes a message from outside: plain, or in its envelope. */
  accept(item: unknown): void {
    if (this.closed) return this.discard(item, 'stopped', new ActorStopped(this.path));
    if (this.mailbox?.full) return this.overflow(item, this.mailbox);
    this.enqueue(item);
  }

  /** Takes what a timer or a promise of the actor itself sends: bounded by their number, not by the mailbox's capacity. */
  acceptOwn(envelope: OwnEnvelope): void {
    if (this.closed || !envelope.live) this.discard(envelope, 'stopped', new ActorStopped(this.path));
    else this.enqueue(envelope);
  }

  /** Takes a message as soon as there is room. Rejects with `ActorStopped`, or with the reason of the aborted `signal`. */
  async offer(message: unknown, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    if (this.closed) {
      this.accept(message);
      throw new ActorStopped(this.path);
    }
    if (!this.mailbox?.full || this.makesRoom(this.mailbox)) return this.accept(message);
    const offer = new Offer(message, signal, (given) => this.mailbox?.leave(given));
    this.mailbox.line(offer);
    return offer.promise;
  }

  asked(ask: Debt): void {
    this.asks ??= new Set();
    this.asks.add(ask);
  }

  answered(ask: Debt): void {
    this.asks?.delete(ask);
  }

  addWatcher(watcher: Watcher): void {
    this.watchers ??= new Set();
    this.watchers.add(watcher);
  }

  removeWatcher(watcher: Watcher): void {
    this.watchers?.delete(watcher);
  }

  protected discard(item: unknown, reason: DeadLetterReason, error: Error): void {
    discard(this.environment.reports, this.path, item, reason, error);
  }

  /** Something is in the mailbox. */
  protected abstract arrived(): void;

  /** The oldest message in the mailbox; only when `waiting` is above 0. */
  protected take(): unknown {
    return this.mailbox?.take();
  }

  /** @throws StashFull */
  protected putAside(item: unknown): void {
    if (this.closed) return this.discard(item, 'stopped', new ActorStopped(this.path));
    const { stashCapacity = DEFAULT_STASH_CAPACITY } = this.options;
    if (this.stashed >= stashCapacity) throw new StashFull(this.path, stashCapacity);
    this.ownMailbox().stash(item);
  }

  protected takeLastAside(): unknown {
    return this.mailbox?.unstashLast();
  }

  protected bringBackAside(): void {
    this.mailbox?.unstashAll();
  }

  /** Nothing is taken any more, and what waits is refused. */
  protected close(): void {
    this.closed = true;
    const { mailbox } = this;
    this.mailbox = undefined;
    const stopped = new ActorStopped(this.path);
    mailbox?.clear(
      (item) => this.discard(item, 'stopped', stopped),
      (offer) => {
        this.discard(offer.message, 'stopped', stopped);
        offer.refuse(stopped);
      },
    );
  }

  /** Tells askers and watchers that the actor is gone. */
  protected settleDebts(): void {
    const { asks, watchers } = this;
    this.asks = this.watchers = undefined;
    for (const ask of asks ?? []) ask.fail(new ActorStopped(this.path));
    for (const watcher of watchers ?? []) watcher.notify();
  }

  /** Gives back memory that an idle actor does not need. */
  protected shrink(): void {
    if (this.mailbox?.unused) this.mailbox = undefined;
    if (this.asks?.size === 0) this.asks = undefined;
    if (this.watchers?.size === 0) this.watchers = undefined;
  }

  private overflow(item: unknown, mailbox: Mailbox): void {
    if (this.makesRoom(mailbox)) this.accept(item);
    else this.discard(item, 'mailbox-full', new MailboxFull(this.path, this.capacity));
  }

  /** Drops the oldest message of others where that is the policy. @returns whether there was one */
  private makesRoom(mailbox: Mailbox): boolean {
    if (this.options.overflow !== 'drop-oldest') return false;
    const full = new MailboxFull(this.path, this.capacity);
    return mailbox.dropOldest((oldest) => this.discard(oldest, 'dropped', full));
  }

  private enqueue(item: unknown): void {
    this.ownMailbox().push(item);
    this.arrived();
  }

  private ownMailbox(): Mailbox {
    return (this.mailbox ??= new Mailbox(this.capacity));
  }
}
