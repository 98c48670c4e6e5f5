import { type Delivery as AmqpDelivery, type EventContext, type Receiver } from 'rhea';
import { type CreditLedger } from './credit-ledger.js';
import { HeldDeliveries } from './held-deliveries.js';
import { type Delivery, type MailboxMessage } from './mailbox-broker.js';
import { type MailboxLogger } from './mailbox-logger.js';
import { decodeMessage } from './message-codec.js';

/** A consumer's receiver on one connection, from attach to detach. */
export class ConsumerLink {
  private readonly held: HeldDeliveries;
  private releasing = false;

  /** Issues the credit outstanding in `ledger` at once. */
  constructor(
    readonly receiver: Receiver,
    private readonly ledger: CreditLedger,
    onDelivery: (delivery: Delivery) => void,
    private readonly logger: MailboxLogger,
  ) {
    this.held = new HeldDeliveries(onDelivery, logger);
    receiver.on('message', ({ message, delivery }: EventContext) => {
      if (delivery && message) this.receive(delivery, decodeMessage(message));
    });
    if (ledger.outstanding > 0) receiver.add_credit(ledger.outstanding);
  }

  /** Issues credit that the ledger counts already. */
  addCredit(n: number): void {
    this.receiver.add_credit(n);
  }

  /** Puts back what the consumer holds and whatever still arrives: the link is being detached. */
  releaseAll(): void {
    this.releasing = true;
    this.held.releaseAll();
  }

  /** The link is gone: the broker delivers again what was held, and settling it here does nothing any more. */
  abandon(): void {
    this.releasing = true;
    this.held.abandon();
  }

  private receive(delivery: AmqpDelivery, message: MailboxMessage | undefined): void {
    // More than was asked for, or too late: both must go back and must never stay unsettled in the session.
    if (this.releasing || !this.ledger.take()) return delivery.release();
    if (message) return this.held.hand(message, delivery);
    this.logger.warn({ source: this.receiver.source.address }, 'rejected a message that is none of ours');
    delivery.reject();
    this.ledger.request(1);
    this.addCredit(1);
  }
}
