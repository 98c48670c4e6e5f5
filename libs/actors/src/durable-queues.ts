/** What lies in a durable mailbox. */
export interface DurableMessage {
  /** Chosen by the sender; the same at every delivery. Which ids and lengths are allowed is the broker's affair. */
  readonly id: string;
  readonly body: Buffer;
}

/** A message in the hands of one consumer. The first call of either method counts; later calls do nothing. */
export interface DurableDelivery {
  readonly message: DurableMessage;
  /** Done with: the broker forgets it. */
  accept(): void;
  /** Goes back to the mailbox, to the front as far as the broker allows. */
  release(): void;
}

/** A receiver on one mailbox. It outlives lost connections, and then asks again for what was asked and has not come. */
export interface DurableConsumer {
  /** Asks for `n` more messages, default 1. Nothing comes unasked. */
  request(n?: number): void;
  /** Ends it. Deliveries that are not accepted yet go back to the mailbox, in their order. */
  close(): Promise<void>;
}

/**
 * What durable actors need of a message broker. `MailboxBroker` of `@abaco/mailbox` satisfies it as it is.
 *
 * Delivery is at least once: after a lost connection the broker brings again what was not accepted, and the deliveries of before
 * mean nothing to it any more.
 */
export interface DurableQueues {
  /** Resolves when the message is stored. When it rejects, the message may be stored or not. */
  publish(mailbox: string, message: DurableMessage): Promise<void>;
  /** Attaches a consumer, and resolves then. */
  consume(mailbox: string, onDelivery: (delivery: DurableDelivery) => void): Promise<DurableConsumer>;
}
