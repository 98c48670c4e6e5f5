import { type Receiver } from 'rhea';
import { ConsumerLink } from './consumer-link.js';
import { CreditLedger } from './credit-ledger.js';
import { type Delivery, type MailboxConsumer, type MailboxName } from './mailbox-broker.js';
import { type MailboxLogger } from './mailbox-logger.js';

/** A consumer across connections: its link comes and goes, its outstanding credit stays. */
export class Consumer implements MailboxConsumer {
  private readonly ledger = new CreditLedger();
  private link: ConsumerLink | undefined;
  private closing: Promise<void> | undefined;

  /** @param detach takes the consumer off its connection; called once. */
  constructor(
    readonly mailbox: MailboxName,
    private readonly onDelivery: (delivery: Delivery) => void,
    private readonly detach: (consumer: Consumer) => Promise<void>,
    private readonly logger: MailboxLogger,
  ) {}

  get isClosed(): boolean {
    return this.closing !== undefined;
  }

  get receiver(): Receiver | undefined {
    return this.link?.receiver;
  }

  request(n = 1): void {
    if (this.closing) return;
    this.ledger.request(n);
    this.link?.addCredit(n);
  }

  close(): Promise<void> {
    this.releaseAll();
    return (this.closing ??= this.detach(this));
  }

  /** Puts back what is held, and whatever still arrives over the present link. */
  releaseAll(): void {
    this.link?.releaseAll();
  }

  /** Goes on over a new link. */
  bind(receiver: Receiver): void {
    this.link = new ConsumerLink(receiver, this.ledger, this.onDelivery, this.logger);
  }

  /** The link is gone, with its connection or alone. */
  unbind(): void {
    this.link?.abandon();
    this.link = undefined;
  }
}
