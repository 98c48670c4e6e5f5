import { type Delivery as AmqpDelivery, type EventContext, type Receiver } from 'rhea';
import { type CreditLedger } from './credit-ledger.js';
import { type Delivery, type MailboxMessage } from './mailbox-broker.js';
import { type MailboxLogger } from './mailbox-logger.js';
import { decodeMessage } from './message-codec.js';

/** A delivery that its consumer holds until it settles it, or until the link is gone and settling means nothing. */
class HeldDelivery implements Delivery {
  constructor(
    readonly message: MailboxMessage,
    private readonly delivery: AmqpDelivery,
    private readonly held: Set<HeldDelivery>,
  ) {
    held.add(this);
  }

  accept(): void {
    if (this.held.delete(this)) this.delivery.accept();
  }

  release(): void {
    if (this.held.delete(this)) this.delivery.release();
  }

  reject(): void {
    if (this.held.delete(this)) this.delivery.reject();
  }
}

/** A consumer's receiver on one connection, from attach to detach. */
export class ConsumerLink {
  private readonly held = new Set<HeldDelivery>();
  private releasing = false;

  /** Issues the credit outstanding in `ledger` at once. */
  constructor(
    readonly receiver: Receiver,
    private readonly ledger: CreditLedger,
    private readonly onDelivery: (delivery: Delivery) => void,
    private readonly logger: MailboxLogger,
  ) {
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
    for (const delivery of [...this.held]) delivery.release();
  }

  /** The link is gone: the broker delivers again what was held, and settling it here does nothing any more. */
  abandon(): void {
    this.releasing = true;
    this.held.clear();
  }

  private receive(delivery: AmqpDelivery, message: MailboxMessage | undefined): void {
    // More than was asked for, or too late: both must go back and must never stay unsettled in the session.
    if (this.releasing || !this.ledger.take()) return delivery.release();
    if (!message) {
      this.logger.warn({ source: this.receiver.source.address }, 'rejected a message that is none of ours');
      delivery.reject();
      this.ledger.request(1);
      return this.addCredit(1);
    }
    const held = new HeldDelivery(message, delivery, this.held);
    try {
      this.onDelivery(held);
    } catch (error) {
      // Thrown on, it would reach rhea's frame reader, which takes it for a defect of the connection and ends that.
      this.logger.error({ message: message.id, error }, 'a delivery handler threw; the message goes back');
      held.release();
    }
  }
}
