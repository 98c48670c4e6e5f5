import { type Source } from 'rhea';
import { AlarmWatch } from './alarm-watch.js';
import { type AmqpConnection } from './amqp-connection.js';
import { type Administration, type Dialect } from './dialect.js';
import { type MailboxName } from './mailbox-broker.js';
import { type MailboxLogger, silentLogger } from './mailbox-logger.js';
import { type ManagementApi } from './management-api.js';

/** AMQP 1.0 §3.5.3 `unsettled-state`. RabbitMQ 3.x takes it for "durable"; it must be the same at every attach. */
const DURABLE = 2;

const queue = (mailbox: MailboxName): { address: string; durable: number } => ({
  address: `/queue/${mailbox}`,
  durable: DURABLE,
});

/**
 * RabbitMQ 3.x with the plugin `rabbitmq_amqp1_0`: attaching to `/queue/<name>` creates a durable queue, one sender to
 * `/queue` finds the queue by `subject`, the rest goes over the HTTP management API.
 */
export class RabbitMq3 implements Dialect {
  readonly publishTarget = { address: '/queue' };
  readonly receiversDeclare = true;
  /** A message for a missing queue is accepted and lost here, so the knowledge that a queue exists must stay fresh. */
  readonly declarationLifetimeMs = 10_000;

  constructor(
    private readonly management: ManagementApi,
    private readonly logger: MailboxLogger = silentLogger,
  ) {}

  routing(mailbox: MailboxName): { subject: string } {
    return { subject: mailbox };
  }

  source(mailbox: MailboxName): Source {
    return queue(mailbox);
  }

  async administer(connection: AmqpConnection): Promise<Administration> {
    // A session of its own: an error at attach ends the session with all its links.
    const session = await connection.openSession();
    // its AMQP 1.0 plugin takes and confirms messages during an alarm, which its other protocols do not
    const alarms = new AlarmWatch(() => this.management.isAlarmed(), this.logger);
    connection.onLost(() => alarms.stop());
    return {
      get isAlarmed() {
        return alarms.isAlarmed;
      },
      declare: async (mailbox) => connection.detach(await connection.attachSender(session, { target: queue(mailbox) })),
      depth: (mailbox) => this.management.depth(mailbox),
      purge: (mailbox) => this.management.purge(mailbox),
      delete: (mailbox, options) => this.management.delete(mailbox, options),
    };
  }
}
