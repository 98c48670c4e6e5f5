import { type Delivery, type MailboxMessage } from './mailbox-broker.js';
import { type MailboxLogger } from './mailbox-logger.js';

/** What an adapter does when a delivery is settled. One of the three is called, once; none after `abandon`. */
export interface Settlement {
  accept(): void;
  release(): void;
  reject(): void;
}

/** A delivery that its consumer holds until it settles it, or until settling means nothing any more. */
class HeldDelivery implements Delivery {
  constructor(
    readonly message: MailboxMessage,
    private readonly settlement: Settlement,
    private readonly held: Set<HeldDelivery>,
  ) {
    held.add(this);
  }

  accept(): void {
    if (this.held.delete(this)) this.settlement.accept();
  }

  release(): void {
    if (this.held.delete(this)) this.settlement.release();
  }

  reject(): void {
    if (this.held.delete(this)) this.settlement.reject();
  }
}

/** What a consumer has in hands: only the first settlement of each delivery counts. */
export class HeldDeliveries {
  private readonly held = new Set<HeldDelivery>();

  constructor(
    private readonly onDelivery: (delivery: Delivery) => void,
    private readonly logger: MailboxLogger,
  ) {}

  /** Hands a message to the consumer. A handler that throws gives it back; the exception goes no further. */
  hand(message: MailboxMessage, settlement: Settlement): void {
    const delivery = new HeldDelivery(message, settlement, this.held);
    try {
      this.onDelivery(delivery);
    } catch (error) {
      // Thrown on, it would end what delivers: rhea's frame reader takes it for a defect of the connection.
      this.logger.error({ message: message.id, error }, 'a delivery handler threw; the message goes back');
      delivery.release();
    }
  }

  /** Puts back all that is held. */
  releaseAll(): void {
    for (const delivery of [...this.held]) delivery.release();
  }

  /** Forgets what is held, without a settlement: settling it later does nothing. */
  abandon(): void {
    this.held.clear();
  }
}
