import { type MailboxMessage } from './mailbox-broker.js';
import { type StoredMessage, WaitingMessages } from './waiting-messages.js';

/** A mailbox delivers at most as many messages in one turn of the event loop: whatever else waits comes between. */
export const DELIVERIES_A_TURN = 100;

/** Who receives messages of a mailbox. */
export interface InMemoryReceiver {
  /** Whether it has credit left. */
  readonly isAsking: boolean;
  /** Takes a message, for one credit. */
  receive(stored: StoredMessage): void;
  /** The mailbox is deleted: what the receiver holds is gone. */
  mailboxDeleted(): void;
}

/** One mailbox: messages in order, each with one receiver at a time. Receivers that ask take turns. */
export class InMemoryMailbox {
  private readonly waiting = new WaitingMessages();
  private readonly receivers = new Set<InMemoryReceiver>();
  /** Those with credit, in the order of their turns. */
  private readonly asking = new Set<InMemoryReceiver>();
  private published = 0;
  private delivering: NodeJS.Immediate | undefined;

  /** Messages waiting, without those in hands. */
  get depth(): number {
    return this.waiting.size;
  }

  get isConsumed(): boolean {
    return this.receivers.size > 0;
  }

  /** Adds a copy of a message: its publisher may use the buffer again. */
  append({ id, body }: MailboxMessage): void {
    this.waiting.join({ position: ++this.published, message: { id, body: Buffer.from(body) } });
    this.deliverSoon();
  }

  /** A message that was in hands waits again, at its old place. */
  putBack(stored: StoredMessage): void {
    this.waiting.putBack(stored);
    this.deliverSoon();
  }

  attach(receiver: InMemoryReceiver): void {
    this.receivers.add(receiver);
  }

  detach(receiver: InMemoryReceiver): void {
    this.receivers.delete(receiver);
    this.asking.delete(receiver);
  }

  /** An attached receiver has got credit. */
  serve(receiver: InMemoryReceiver): void {
    this.asking.add(receiver);
    this.deliverSoon();
  }

  /** Drops what waits. @returns how many */
  purge(): number {
    return this.waiting.clear();
  }

  /** Drops what waits and what is in hands. Receivers stay, with their credit, for what is published next. */
  empty(): void {
    this.waiting.clear();
    for (const receiver of this.receivers) receiver.mailboxDeleted();
  }

  /** Never at once: a delivery inside a call of `publish` or `request` would surprise its caller. */
  private deliverSoon(): void {
    if (this.asking.size > 0 && this.depth > 0) this.delivering ??= setImmediate(() => this.deliver());
  }

  private deliver(): void {
    this.delivering = undefined;
    for (let delivered = 0; delivered < DELIVERIES_A_TURN; delivered++) {
      const [receiver] = this.asking;
      const stored = receiver && this.waiting.take();
      if (!stored) return;
      // To the end of the line, if it still asks.
      this.asking.delete(receiver);
      receiver.receive(stored);
      if (receiver.isAsking) this.asking.add(receiver);
    }
    this.deliverSoon();
  }
}
