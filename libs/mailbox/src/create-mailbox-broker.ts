import { AddressV2, type QueueType } from './address-v2.js';
import { AmqpMailboxBroker } from './amqp-mailbox-broker.js';
import { type BrokerEndpoint, defaultManagementUri, parseBrokerUri } from './broker-endpoint.js';
import { type Dialect } from './dialect.js';
import { type MailboxBroker } from './mailbox-broker.js';
import { type MailboxLogger, silentLogger } from './mailbox-logger.js';
import { ManagementApi } from './management-api.js';
import { RabbitMq3 } from './rabbitmq3.js';

/** Which broker answers at the URI: they differ in addresses and in administration. */
export type BrokerFlavor = 'rabbitmq3' | 'rabbitmq4' | 'embedded';

export interface MailboxBrokerOptions {
  /** `amqp://user:password@host:port/vhost`, `amqps://...` or `amqp+unix:///path.sock`. */
  readonly uri: string;
  readonly flavor: BrokerFlavor;
  /**
   * RabbitMQ 3.x only: the HTTP management API, for depth, purge and delete. Default: the host of `uri`, its port plus
   * 10,000, the same credentials.
   */
  readonly managementUri?: string;
  /** RabbitMQ 4 only: the type of the queues that are created. Default `classic`; `quorum` for a cluster. */
  readonly queueType?: QueueType;
  /** Default: silent. */
  readonly logger?: MailboxLogger;
}

/**
 * A broker that is not connected yet: call `open()`.
 * @throws TypeError when a URI is malformed.
 */
export function createMailboxBroker(options: MailboxBrokerOptions): MailboxBroker {
  const endpoint = parseBrokerUri(options.uri);
  const logger = options.logger ?? silentLogger;
  return new AmqpMailboxBroker(endpoint, dialectOf(options, endpoint, logger), logger);
}

function dialectOf(options: MailboxBrokerOptions, endpoint: BrokerEndpoint, logger: MailboxLogger): Dialect {
  switch (options.flavor) {
    case 'rabbitmq4':
    case 'embedded':
      return new AddressV2(options.queueType ?? 'classic', logger);
    case 'rabbitmq3':
      return new RabbitMq3(
        new ManagementApi({
          uri: options.managementUri ?? defaultManagementUri(endpoint),
          username: endpoint.username ?? 'guest',
          password: endpoint.password ?? 'guest',
          virtualHost: endpoint.virtualHost ?? '/',
        }),
        logger,
      );
  }
}
