import { type BrokerEndpoint } from './broker-endpoint.js';
import { ConsumerConnection, LINKS_PER_CONNECTION, type MailboxDeclarer } from './consumer-connection.js';
import { Consumer } from './consumer.js';
import { type Dialect } from './dialect.js';
import { type Delivery, type MailboxName } from './mailbox-broker.js';
import { type MailboxLogger } from './mailbox-logger.js';

/** All consumers, spread over as few connections as their limit of links allows. */
export class ConsumerPool {
  private readonly connections = new Set<ConsumerConnection>();
  private named = 0;

  constructor(
    private readonly endpoint: BrokerEndpoint,
    private readonly dialect: Dialect,
    private readonly declarer: MailboxDeclarer,
    private readonly logger: MailboxLogger,
  ) {}

  /** @throws BrokerUnavailable */
  async consume(mailbox: MailboxName, onDelivery: (delivery: Delivery) => void): Promise<Consumer> {
    const connection = this.withRoom();
    const detach = async (consumer: Consumer): Promise<void> => {
      await connection.remove(consumer);
      await this.retire(connection);
    };
    const consumer = new Consumer(mailbox, onDelivery, detach, this.logger);
    await connection.add(consumer);
    return consumer;
  }

  /** Closes the consumers of one mailbox. */
  async closeMailbox(mailbox: MailboxName): Promise<void> {
    const consumers = [...this.connections].flatMap((connection) => connection.consumersOf(mailbox));
    await Promise.all(consumers.map((consumer) => consumer.close()));
  }

  async close(): Promise<void> {
    await Promise.all([...this.connections].map((connection) => connection.stop()));
    this.connections.clear();
  }

  private withRoom(): ConsumerConnection {
    for (const connection of this.connections) {
      if (connection.size < LINKS_PER_CONNECTION) return connection;
    }
    const name = `consumers-${++this.named}`;
    const connection = new ConsumerConnection(name, this.endpoint, this.dialect, this.declarer, this.logger);
    this.connections.add(connection);
    return connection;
  }

  /** Disconnects what nobody uses, but keeps one connection for the next consumer. */
  private async retire(connection: ConsumerConnection): Promise<void> {
    if (connection.size > 0 || this.connections.size < 2 || !this.connections.delete(connection)) return;
    await connection.stop();
  }
}
