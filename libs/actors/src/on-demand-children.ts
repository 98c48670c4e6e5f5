import type { BehaviorFactory } from './behavior.js';
import type { Cell } from './cell.js';
import { cellOf } from './cell-ref.js';
import type { ActorContext } from './context.js';
import type { DeadLetterReason } from './dead-letter.js';
import { discard } from './discard.js';
import { Envelope } from './envelope.js';
import { MailboxFull } from './errors.js';
import { DEFAULT_CAPACITY, Mailbox } from './mailbox.js';
import { Offer } from './offer.js';
import { OnDemandRef } from './on-demand-ref.js';
import type { Ref } from './ref.js';
import { checkSpawnOptions, type SpawnOptions } from './spawn-options.js';
import { toError } from './to-error.js';

export interface OnDemandOptions<P, C> {
  /** Makes the behavior of the child of this name, each time it is started. */
  readonly factory: (name: string) => BehaviorFactory<C>;
  /** Options of every child. While a child stops, as many messages wait for the next one as its mailbox may hold. */
  readonly spawnOptions?: SpawnOptions;
  /** Sent to the parent when the last child has stopped and nothing waits for another. */
  readonly whenEmpty?: P;
}

/** One life of a child, and what came for the next one while it stopped. */
interface Activation {
  readonly cell: Cell;
  next?: Mailbox;
}

/**
 * Children that exist only while they have something to do. The first message starts a child; a child that has nothing to do
 * ends itself with `context.passivate()`; the next message starts it again. What comes while a child stops, for whatever reason,
 * waits for the next one, so its sender never notices. They live and stop with their parent.
 */
export class OnDemandChildren<P, C> {
  private readonly activations = new Map<string, Activation>();
  private readonly parent: Cell;

  /** To be made in the parent's factory, once for each of its starts. @throws RangeError for an option out of range */
  constructor(
    private readonly context: ActorContext<P>,
    private readonly options: OnDemandOptions<P, C>,
  ) {
    checkSpawnOptions(this.spawnOptions);
    this.parent = cellOf(context.self);
  }

  /** Children that live or are stopping. */
  get size(): number {
    return this.activations.size;
  }

  /** A ref to whichever child has this name when a message comes. It costs nothing to keep. */
  ref(name: string): Ref<C> {
    return new OnDemandRef<C>(this, this.pathOf(name), name, this.parent.clock);
  }

  /** Sends to the child of this name; starts it if it is not there. */
  tell(name: string, message: C): void {
    this.deliver(name, message);
  }

  /** Sends to all children that live. */
  broadcast(message: C): void {
    for (const { cell } of this.activations.values()) if (!cell.isStopping) cell.deliver(message);
  }

  /** Hands the message that the parent handles on to the child of this name, see `ActorContext.forward`. */
  forward(name: string, message: C): void {
    this.context.forward(this.ref(name), message);
  }

  /** Takes a message as it lies in mailboxes. @internal */
  deliver(name: string, item: unknown): void {
    try {
      const activation = this.activations.get(name) ?? this.activate(name);
      if (activation.cell.isStopping) this.keep(name, activation, item);
      else activation.cell.deliver(item);
    } catch (error) {
      this.refuse(name, item, 'stopped', toError(error));
    }
  }

  /** Resolves when there is room for the message. @internal */
  async offer(name: string, message: C, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    try {
      const activation = this.activations.get(name) ?? this.activate(name);
      if (!activation.cell.isStopping) return activation.cell.offer(message, signal);
      const next = this.nextOf(activation);
      if (!next.full || this.makesRoom(name, next)) return next.push(message);
      const offer = new Offer(message, signal, (given) => next.leave(given));
      next.line(offer);
      return offer.promise;
    } catch (error) {
      this.refuse(name, message, 'stopped', toError(error));
      throw error;
    }
  }

  private get spawnOptions(): SpawnOptions {
    return this.options.spawnOptions ?? {};
  }

  private get capacity(): number {
    return this.spawnOptions.mailboxCapacity ?? DEFAULT_CAPACITY;
  }

  /** @throws InvalidName, NameTaken when another child of the parent has it, ActorStopped when the parent stops or restarts */
  private activate(name: string): Activation {
    const ref = this.context.spawn(name, this.options.factory(name), this.spawnOptions);
    const activation: Activation = { cell: cellOf(ref) };
    this.activations.set(name, activation);
    activation.cell.addWatcher({ notify: () => this.ended(name, activation) });
    return activation;
  }

  private nextOf(activation: Activation): Mailbox {
    return (activation.next ??= new Mailbox(this.capacity));
  }

  private keep(name: string, activation: Activation, item: unknown): void {
    // The dead child must not fail the ask when it has settled its debts: nobody owes the reply for the time being.
    if (item instanceof Envelope) item.takenBy(undefined);
    const next = this.nextOf(activation);
    if (!next.full || this.makesRoom(name, next)) next.push(item);
    else this.refuse(name, item, 'mailbox-full', new MailboxFull(this.pathOf(name), this.capacity));
  }

  private makesRoom(name: string, next: Mailbox): boolean {
    if (this.spawnOptions.overflow !== 'drop-oldest') return false;
    const full = new MailboxFull(this.pathOf(name), this.capacity);
    return next.dropOldest((oldest) => this.refuse(name, oldest, 'dropped', full));
  }

  private refuse(name: string, item: unknown, reason: DeadLetterReason, error: Error): void {
    discard(this.parent.environment.reports, this.pathOf(name), item, reason, error);
  }

  private pathOf(name: string): string {
    return `${this.parent.path}/${name}`;
  }

  private ended(name: string, { next }: Activation): void {
    this.activations.delete(name);
    next?.clear(
      (item) => this.deliver(name, item),
      (waiting) => waiting.follow((message, signal) => this.offer(name, message as C, signal)),
    );
    const { whenEmpty } = this.options;
    // The parent's next incarnation has children of its own.
    if (this.activations.size > 0 || whenEmpty === undefined || this.context.signal.aborted) return;
    this.context.self.tell(whenEmpty);
  }
}
