/** Name of a durable queue. Only `[A-Za-z0-9._-]`, at most 200 characters: every broker accepts these. */
export type MailboxName = string;

/** What travels: the id of an execution and little else. Bodies live in the store. */
export interface MailboxMessage {
  /** AMQP `message-id`; the execution's internal id. Well-formed text of 1 to 255 bytes in UTF-8. */
  readonly id: string;
  /** At most 1 MiB. */
  readonly body: Buffer;
}

/** One message in the hands of one consumer. Exactly one of the three must be called, once; later calls do nothing. */
export interface Delivery {
  readonly message: MailboxMessage;
  /** Done with: the broker forgets it (AMQP outcome `accepted`). */
  accept(): void;
  /** Put back for any consumer, at the front as far as the broker allows (AMQP outcome `released`). */
  release(): void;
  /** Cannot be processed: dropped, or dead-lettered where the broker has that configured (AMQP outcome `rejected`). */
  reject(): void;
}

/** A receiver on one mailbox. It survives reconnections: outstanding credit is issued again on the new connection. */
export interface MailboxConsumer {
  readonly mailbox: MailboxName;
  /** Asks for `n` more messages (link credit). Default 1. Nothing is delivered without it. */
  request(n?: number): void;
  /** Detaches. Deliveries not yet settled go back to the mailbox. */
  close(): Promise<void>;
}

export interface DeleteOptions {
  /**
   * Consumers of other processes are no obstacle (default: they are, RabbitMQ 3.x). For those whose processes are dead, which a
   * broker learns late: one that lives loses its connection, and everything on it, until it notices.
   */
  readonly evenInUse?: boolean;
}

/** Whether the broker can be used right now. */
export type BrokerState = 'connecting' | 'connected' | 'closed';

/**
 * Durable mailboxes on an AMQP 1.0 broker (`createMailboxBroker`), or not durable ones in memory (`InMemoryMailboxBroker`).
 * Delivery is at least once: after a lost connection a message may come again,
 * so a receiver must recognise what it has already done.
 */
export interface MailboxBroker {
  readonly state: BrokerState;

  /**
   * The broker is short of memory or disk, as far as is known (at most 2 s ago), and still takes messages: whoever brings new ones
   * must stop. Only RabbitMQ 3.x does that, the others refuse.
   */
  readonly isAlarmed: boolean;

  /** Calls `listener` at every change of `state`. Returns the unsubscription. */
  onStateChange(listener: (state: BrokerState) => void): () => void;

  /**
   * Starts connecting and keeps reconnecting until `close()`. Resolves once connected.
   * @throws BrokerUnavailable when not connected within `timeoutMs` (default 10,000); it goes on trying all the same.
   */
  open(timeoutMs?: number): Promise<void>;

  /** Waits for unsettled publications (bounded), detaches all consumers and disconnects. */
  close(): Promise<void>;

  /**
   * Stores a message durably; creates the mailbox when it does not exist. Resolves on the broker's `accepted`.
   * @throws BrokerUnavailable at once when not connected, or when the connection is lost, or after 10 s without an outcome:
   *   the message may or may not be stored.
   * @throws PublishRefused when the broker says no: the message is not stored.
   * @throws InvalidMailboxName, InvalidMailboxMessage when no broker should see it. So do the other methods for names.
   */
  publish(mailbox: MailboxName, message: MailboxMessage): Promise<void>;

  /** Attaches a consumer; creates the mailbox when it does not exist. Resolves when attached. @throws BrokerUnavailable */
  consume(mailbox: MailboxName, onDelivery: (delivery: Delivery) => void): Promise<MailboxConsumer>;

  /** Messages waiting, not those in consumers' hands; 0 for a mailbox that does not exist. @throws BrokerUnavailable */
  depth(mailbox: MailboxName): Promise<number>;

  /** Drops the waiting messages. @returns how many, where the broker tells, else 0. @throws BrokerUnavailable */
  purge(mailbox: MailboxName): Promise<number>;

  /**
   * Removes the mailbox with all it holds, and closes the consumers that this client has on it. No error when there is
   * none. The next publication or consumer creates it again.
   * @throws BrokerUnavailable
   * @throws MailboxInUse when consumers of other processes stay attached (RabbitMQ 3.x); it is purged all the same.
   */
  delete(mailbox: MailboxName, options?: DeleteOptions): Promise<void>;
}
