import { type Source } from 'rhea';
import { type AmqpConnection } from './amqp-connection.js';
import { type Administration, type Dialect } from './dialect.js';
import { BrokerUnavailable } from './errors.js';
import { type MailboxName } from './mailbox-broker.js';
import { type MailboxLogger } from './mailbox-logger.js';
import { type ManagementBody, ManagementNode, type ManagementResponse } from './management-node.js';

export type QueueType = 'classic' | 'quorum';

const pathOf = (mailbox: MailboxName): string => `/queues/${encodeURIComponent(mailbox)}`;

/**
 * RabbitMQ 4 and the embedded broker: version 2 addresses (`/queues/<percent-encoded name>`), a sender with a null target
 * and `to` in each message, queues administered over the `/management` node of the same connection.
 */
export class AddressV2 implements Dialect {
  readonly publishTarget = {};
  readonly receiversDeclare = false;
  /** A message for a queue that vanished comes back as released, so a stale declaration does no harm. */
  readonly declarationLifetimeMs = Infinity;

  constructor(
    private readonly queueType: QueueType,
    private readonly logger: MailboxLogger,
  ) {}

  routing(mailbox: MailboxName): { to: string } {
    return { to: pathOf(mailbox) };
  }

  source(mailbox: MailboxName): Source {
    return { address: pathOf(mailbox) };
  }

  async administer(connection: AmqpConnection): Promise<Administration> {
    return new QueueAdministration(await ManagementNode.attach(connection), this.queueType, this.logger);
  }
}

class QueueAdministration implements Administration {
  constructor(
    private readonly node: ManagementNode,
    private readonly queueType: QueueType,
    private readonly logger: MailboxLogger,
  ) {}

  async declare(mailbox: MailboxName): Promise<void> {
    const response = await this.node.request('PUT', pathOf(mailbox), {
      durable: true,
      auto_delete: false,
      exclusive: false,
      arguments: { 'x-queue-type': this.queueType },
    });
    if (response.status === 409) {
      // It exists with other arguments, for example of the other type: it is a durable mailbox all the same.
      this.logger.warn({ mailbox, reason: response.reason }, 'the queue exists with other arguments; using it');
    } else assertDone(response, `declare mailbox ${mailbox}`);
  }

  async depth(mailbox: MailboxName): Promise<number> {
    const response = await this.node.request('GET', pathOf(mailbox));
    return isMissing(response) ? 0 : messageCount(assertDone(response, `read mailbox ${mailbox}`));
  }

  async purge(mailbox: MailboxName): Promise<number> {
    const response = await this.node.request('DELETE', `${pathOf(mailbox)}/messages`);
    return isMissing(response) ? 0 : messageCount(assertDone(response, `purge mailbox ${mailbox}`));
  }

  async delete(mailbox: MailboxName): Promise<void> {
    const response = await this.node.request('DELETE', pathOf(mailbox));
    if (!isMissing(response)) assertDone(response, `delete mailbox ${mailbox}`);
  }
}

/** RabbitMQ 4.0 says 404 to a GET, but to a purge 400 with these words. */
function isMissing({ status, reason }: ManagementResponse): boolean {
  return status === 404 || (status === 400 && reason.startsWith('no queue '));
}

function assertDone(response: ManagementResponse, what: string): ManagementBody {
  if (response.status >= 200 && response.status < 300) return response.body;
  throw new BrokerUnavailable(`The broker could not ${what}: ${response.status} ${response.reason}`);
}

function messageCount(body: ManagementBody): number {
  return Number(body.message_count ?? 0);
}
