import { setTimeout as pause } from 'node:timers/promises';
import { type AmqpConnection, LinkRefused, OPERATION_TIMEOUT_MS } from './amqp-connection.js';
import { type BrokerEndpoint } from './broker-endpoint.js';
import { type Consumer } from './consumer.js';
import { CurrentLine } from './current-line.js';
import { type Dialect } from './dialect.js';
import { type LinkSlot, LinkSlots } from './link-slots.js';
import { type MailboxName } from './mailbox-broker.js';
import { type MailboxLogger } from './mailbox-logger.js';
import { ReconnectBackoff } from './reconnect-backoff.js';
import { SupervisedConnection } from './supervised-connection.js';

/** rhea walks all links of a connection at every event: 963 messages/s with one link, 332 with 1,000, 35 with 10,000. */
export const LINKS_PER_CONNECTION = 200;

/** Makes sure that mailboxes exist before links are attached to them. */
export interface MailboxDeclarer {
  ensure(mailbox: MailboxName, timeoutMs: number): Promise<void>;
  forget(mailbox: MailboxName): void;
}

/** One life of the connection. */
interface Line {
  readonly connection: AmqpConnection;
  readonly slots: LinkSlots;
  readonly taken: Map<Consumer, LinkSlot>;
}

/** One connection for at most 200 consumers, and their way back after its loss or the loss of a single link. */
export class ConsumerConnection {
  private readonly supervised: SupervisedConnection;
  /** Those that were attached once, and must be again on every new connection. */
  private readonly consumers = new Set<Consumer>();
  private joining = 0;
  private readonly line = new CurrentLine<Line>();
  private stopped = false;

  constructor(
    name: string,
    endpoint: BrokerEndpoint,
    private readonly dialect: Dialect,
    private readonly declarer: MailboxDeclarer,
    private readonly logger: MailboxLogger,
  ) {
    this.supervised = new SupervisedConnection(name, endpoint, (connection) => this.setUp(connection), logger);
    this.supervised.start();
  }

  /** Consumers here, attached or being attached. */
  get size(): number {
    return this.consumers.size + this.joining;
  }

  /** Attaches a new consumer. @throws BrokerUnavailable when that fails: the consumer does not belong here then. */
  async add(consumer: Consumer): Promise<void> {
    this.joining++;
    try {
      await this.attach(consumer, await this.line.when(OPERATION_TIMEOUT_MS));
      this.consumers.add(consumer);
    } finally {
      this.joining--;
    }
  }

  /** Detaches a consumer; a lost connection has done it already. */
  async remove(consumer: Consumer): Promise<void> {
    this.consumers.delete(consumer);
    const line = this.line.value;
    if (line && !this.stopped) await this.detach(consumer, line);
    consumer.unbind();
  }

  consumersOf(mailbox: MailboxName): Consumer[] {
    return [...this.consumers].filter((consumer) => consumer.mailbox === mailbox);
  }

  /** Puts back what the consumers hold and disconnects. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.line.close();
    await Promise.all([...this.consumers].map((consumer) => consumer.close()));
    await this.supervised.stop();
  }

  private async setUp(connection: AmqpConnection): Promise<void> {
    const line: Line = { connection, slots: new LinkSlots(connection), taken: new Map() };
    connection.onLost(() => {
      this.line.down();
      for (const consumer of this.consumers) {
        consumer.unbind();
        // The loss may come from its mailbox having vanished.
        this.declarer.forget(consumer.mailbox);
      }
    });
    if (connection.isLost) return;
    const returning = [...this.consumers].map((consumer) => this.reattach(consumer, line));
    this.line.up(line);
    await Promise.all(returning);
  }

  private async attach(consumer: Consumer, line: Line): Promise<void> {
    const { mailbox } = consumer;
    if (!this.dialect.receiversDeclare) await this.declarer.ensure(mailbox, OPERATION_TIMEOUT_MS);
    const slot = line.slots.take();
    line.taken.set(consumer, slot);
    try {
      const options = { source: this.dialect.source(mailbox) };
      const receiver = await line.connection.attachReceiver(await slot.session, options);
      if (!receiver.is_open()) throw new LinkRefused(`The broker closed a new link to mailbox ${mailbox}`);
      if (consumer.isClosed) {
        await line.connection.detach(receiver);
        return this.free(consumer, line);
      }
      receiver.once('receiver_close', () => this.linkClosed(consumer, line));
      consumer.bind(receiver);
    } catch (error) {
      this.free(consumer, line);
      throw error;
    }
  }

  private async detach(consumer: Consumer, line: Line): Promise<void> {
    try {
      if (consumer.receiver) await line.connection.detach(consumer.receiver);
    } catch (error) {
      // Without its connection the link is gone as well, which is all that was wanted.
      this.logger.info({ mailbox: consumer.mailbox, reason: String(error) }, 'connection lost while detaching');
    }
    this.free(consumer, line);
  }

  private free(consumer: Consumer, line: Line): void {
    line.taken.get(consumer)?.free();
    line.taken.delete(consumer);
  }

  /** The broker closed one link, for example because its mailbox was deleted elsewhere. */
  private linkClosed(consumer: Consumer, line: Line): void {
    if (consumer.isClosed || line.connection.isLost) return;
    this.logger.warn({ mailbox: consumer.mailbox }, 'the broker closed a link; attaching again');
    // Settled here too, whatever the broker makes of it: an unsettled delivery stays in rhea's ring and stalls it.
    consumer.releaseAll();
    consumer.unbind();
    this.free(consumer, line);
    this.declarer.forget(consumer.mailbox);
    void this.reattachLater(consumer, line);
  }

  /** Attaches on a fresh connection. One refused link must not cost the others their connection. */
  private async reattach(consumer: Consumer, line: Line): Promise<void> {
    try {
      await this.attach(consumer, line);
    } catch (error) {
      if (!(error instanceof LinkRefused)) throw error;
      void this.reattachLater(consumer, line);
    }
  }

  private async reattachLater(consumer: Consumer, line: Line): Promise<void> {
    const backoff = new ReconnectBackoff();
    for (;;) {
      await pause(backoff.next());
      // On the next connection, if any, all consumers are attached anew.
      if (line.connection.isLost || consumer.isClosed) return;
      try {
        return await this.attach(consumer, line);
      } catch (error) {
        this.logger.warn({ mailbox: consumer.mailbox, reason: String(error) }, 'attaching again failed');
      }
    }
  }
}
