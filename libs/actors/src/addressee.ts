import type { Clock } from './clock.js';
import type { SpawnOptions } from './context.js';
import type { DeadLetterReason } from './dead-letter.js';
import { Envelope } from './envelope.js';
import type { Environment } from './environment.js';
import { ActorStopped, MailboxFull } from './errors.js';
import type { Debt } from './pending-ask.js';
import { Queue } from './queue.js';
import { TreeNode } from './tree-node.js';
import type { Watch } from './watch.js';

const DEFAULT_CAPACITY = 100_000;

/** What others see of an actor: it takes messages until it is told to stop, and owes answers to askers and watchers. */
export abstract class Addressee<Self extends Addressee<Self>> extends TreeNode<Self> {
  private mailbox: Queue<unknown> | undefined;
  private asks: Set<Debt> | undefined;
  private watches: Set<Watch> | undefined;
  private closed = false;

  constructor(
    protected readonly environment: Environment,
    parent: Self | undefined,
    name: string,
    protected readonly options: SpawnOptions,
  ) {
    super(parent, name);
  }

  get clock(): Clock {
    return this.environment.clock;
  }

  get waiting(): number {
    return this.mailbox?.size ?? 0;
  }

  /** Takes a message from outside: plain, or a request in its envelope. */
  accept(item: unknown): void {
    if (this.closed) return this.discard(item, 'stopped', new ActorStopped(this.path));
    const { mailboxCapacity = DEFAULT_CAPACITY } = this.options;
    if (this.waiting >= mailboxCapacity) {
      return this.discard(item, 'mailbox-full', new MailboxFull(this.path, mailboxCapacity));
    }
    this.enqueue(item);
  }

  /** Takes what a timer or a promise of the actor itself sends: bounded by their number, not by the mailbox's capacity. */
  acceptOwn(envelope: Envelope): void {
    if (this.closed || !envelope.live) this.discard(envelope, 'stopped', new ActorStopped(this.path));
    else this.enqueue(envelope);
  }

  asked(ask: Debt): void {
    this.asks ??= new Set();
    this.asks.add(ask);
  }

  answered(ask: Debt): void {
    this.asks?.delete(ask);
  }

  addWatch(watch: Watch): void {
    this.watches ??= new Set();
    this.watches.add(watch);
  }

  removeWatch(watch: Watch): void {
    this.watches?.delete(watch);
  }

  protected abstract arrived(): void;

  /** The oldest message in the mailbox; only when `waiting` is above 0, because a message may be `undefined`. */
  protected take(): unknown {
    return this.mailbox?.shift();
  }

  protected discard(item: unknown, reason: DeadLetterReason, error: Error): void {
    if (item instanceof Envelope) {
      item.refuse(error);
      if (!item.reported) return;
    }
    const message = item instanceof Envelope ? item.content : item;
    this.environment.reportDeadLetter({ path: this.path, message, reason });
  }

  /** Nothing is taken any more, and what waits is refused. */
  protected close(): void {
    this.closed = true;
    while (this.waiting > 0) this.discard(this.take(), 'stopped', new ActorStopped(this.path));
    this.mailbox = undefined;
  }

  /** Tells askers and watchers that the actor is gone. */
  protected settleDebts(): void {
    const { asks, watches } = this;
    this.asks = this.watches = undefined;
    for (const ask of asks ?? []) ask.fail(new ActorStopped(this.path));
    for (const watch of watches ?? []) watch.notify();
  }

  /** Gives back memory that an idle actor does not need. */
  protected shrink(): void {
    if (this.mailbox?.size === 0) this.mailbox = undefined;
    if (this.asks?.size === 0) this.asks = undefined;
    if (this.watches?.size === 0) this.watches = undefined;
  }

  private enqueue(item: unknown): void {
    this.mailbox ??= new Queue();
    this.mailbox.push(item);
    this.arrived();
  }
}
