import { AnnouncedState } from './announced-state.js';
import { BrokerUnavailable } from './errors.js';
import { InMemoryConsumer } from './in-memory-consumer.js';
import { InMemoryMailboxes } from './in-memory-mailboxes.js';
import {
  type BrokerState,
  type Delivery,
  type MailboxBroker,
  type MailboxConsumer,
  type MailboxMessage,
  type MailboxName,
} from './mailbox-broker.js';
import { type MailboxLogger, silentLogger } from './mailbox-logger.js';
import { assertMailboxName } from './mailbox-name.js';
import { assertMailboxMessage } from './message-codec.js';

/**
 * Mailboxes in the memory of this process, for tests and for embedding where nothing needs to survive it. NOT DURABLE: all
 * messages are gone with the process, and nothing but its memory bounds them. Everything else is as on a real broker, and
 * tested by the same suite: it must be opened, deliveries come in a later turn of the event loop, bodies are copied.
 *
 * It has no connection that could be lost, so `open` succeeds at once, `publish` never fails but for its arguments, and no
 * message comes twice unless it was put back.
 */
export class InMemoryMailboxBroker implements MailboxBroker {
  private readonly announced: AnnouncedState;
  private readonly consumers = new Set<InMemoryConsumer>();
  private ended = false;

  /**
   * @param mailboxes what this client works on. Default: mailboxes of its own.
   * @param logger is told of handlers and listeners that throw. Default: silent.
   */
  constructor(
    private readonly mailboxes = new InMemoryMailboxes(),
    private readonly logger: MailboxLogger = silentLogger,
  ) {
    this.announced = new AnnouncedState(logger);
  }

  readonly isAlarmed = false;

  get state(): BrokerState {
    return this.announced.current;
  }

  onStateChange(listener: (state: BrokerState) => void): () => void {
    return this.announced.onChange(listener);
  }

  /** @throws BrokerUnavailable when it was closed. */
  open(): Promise<void> {
    return promised(() => {
      if (this.state === 'closed' && !this.ended) this.announced.change('connecting');
      // A listener may have closed it.
      if (this.ended) throw new BrokerUnavailable('The mailboxes in memory were closed for good');
      this.announced.change('connected');
    });
  }

  close(): Promise<void> {
    return promised(() => {
      this.ended = true;
      for (const consumer of [...this.consumers]) consumer.detach();
      this.announced.change('closed');
    });
  }

  publish(mailbox: MailboxName, message: MailboxMessage): Promise<void> {
    return promised(() => {
      assertMailboxName(mailbox);
      assertMailboxMessage(message);
      this.usable().findOrCreate(mailbox).append(message);
    });
  }

  consume(mailbox: MailboxName, onDelivery: (delivery: Delivery) => void): Promise<MailboxConsumer> {
    return promised(() => {
      assertMailboxName(mailbox);
      const source = this.usable().findOrCreate(mailbox);
      const onClosed = (closed: InMemoryConsumer): unknown => this.consumers.delete(closed);
      const consumer = new InMemoryConsumer(mailbox, source, onDelivery, onClosed, this.logger);
      this.consumers.add(consumer);
      return consumer;
    });
  }

  depth(mailbox: MailboxName): Promise<number> {
    return promised(() => {
      assertMailboxName(mailbox);
      return this.usable().find(mailbox)?.depth ?? 0;
    });
  }

  purge(mailbox: MailboxName): Promise<number> {
    return promised(() => {
      assertMailboxName(mailbox);
      return this.usable().find(mailbox)?.purge() ?? 0;
    });
  }

  delete(mailbox: MailboxName): Promise<void> {
    return promised(() => {
      assertMailboxName(mailbox);
      const mailboxes = this.usable();
      for (const consumer of [...this.consumers]) if (consumer.mailbox === mailbox) consumer.detach();
      mailboxes.delete(mailbox);
    });
  }

  /** @throws BrokerUnavailable when it is not open, or closed. */
  private usable(): InMemoryMailboxes {
    if (this.ended) throw new BrokerUnavailable('The mailboxes in memory were closed');
    if (this.state !== 'connected')
      throw new BrokerUnavailable('The mailboxes in memory are not open; open them first');
    return this.mailboxes;
  }
}

/** Does it now; what it throws becomes the rejection. */
function promised<T>(operation: () => T): Promise<T> {
  return new Promise((resolve) => resolve(operation()));
}
