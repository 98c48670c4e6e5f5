import { CreditLedger } from './credit-ledger.js';
import { HeldDeliveries } from './held-deliveries.js';
import { type InMemoryMailbox, type InMemoryReceiver } from './in-memory-mailbox.js';
import { type Delivery, type MailboxConsumer, type MailboxName } from './mailbox-broker.js';
import { type MailboxLogger } from './mailbox-logger.js';
import { type StoredMessage } from './waiting-messages.js';

const forget = (): void => undefined;

/** A consumer of a mailbox in memory. */
export class InMemoryConsumer implements MailboxConsumer, InMemoryReceiver {
  private readonly ledger = new CreditLedger();
  private readonly held: HeldDeliveries;
  private closed = false;

  /** @param onClosed is called once, when it has given back what it held. */
  constructor(
    readonly mailbox: MailboxName,
    private readonly source: InMemoryMailbox,
    onDelivery: (delivery: Delivery) => void,
    private readonly onClosed: (consumer: InMemoryConsumer) => void,
    logger: MailboxLogger,
  ) {
    this.held = new HeldDeliveries(onDelivery, logger);
    source.attach(this);
  }

  get isAsking(): boolean {
    return !this.closed && this.ledger.outstanding > 0;
  }

  request(n = 1): void {
    if (this.closed) return;
    this.ledger.request(n);
    this.source.serve(this);
  }

  close(): Promise<void> {
    this.detach();
    return Promise.resolve();
  }

  /** Closes it at once. */
  detach(): void {
    if (this.closed) return;
    this.closed = true;
    this.source.detach(this);
    this.held.releaseAll();
    this.onClosed(this);
  }

  receive(stored: StoredMessage): void {
    this.ledger.take();
    const { id, body } = stored.message;
    // A copy, too: what the consumer does to it must not change the message that it may put back.
    this.held.hand(
      { id, body: Buffer.from(body) },
      { accept: forget, release: () => this.source.putBack(stored), reject: forget },
    );
  }

  mailboxDeleted(): void {
    this.held.abandon();
  }
}
