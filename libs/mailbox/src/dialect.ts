import { type Source, type TargetTerminusOptions } from 'rhea';
import { type AmqpConnection } from './amqp-connection.js';
import { type DeleteOptions, type MailboxName } from './mailbox-broker.js';

/** What a broker is asked to do with a queue besides carrying messages. Valid as long as its connection. */
export interface Administration {
  /** As of a broker: true only where alarms do not stop publications. */
  readonly isAlarmed?: boolean;
  /** Creates the durable queue unless it exists. */
  declare(mailbox: MailboxName): Promise<void>;
  /** Messages waiting; 0 when there is no such queue. */
  depth(mailbox: MailboxName): Promise<number>;
  /** Drops the waiting messages. @returns how many, where the broker tells, else 0. */
  purge(mailbox: MailboxName): Promise<number>;
  /** Removes the queue; no error when there is none. */
  delete(mailbox: MailboxName, options: DeleteOptions): Promise<void>;
}

/** Everything in which the brokers differ. */
export interface Dialect {
  /** Target of the one sender for all mailboxes. */
  readonly publishTarget: TargetTerminusOptions;
  /** Message properties that bring a message into the mailbox. */
  routing(mailbox: MailboxName): { readonly to?: string; readonly subject?: string };
  /** Source of a receiver. */
  source(mailbox: MailboxName): Source;
  /** Whether attaching a receiver creates the queue; otherwise it must be declared first. */
  readonly receiversDeclare: boolean;
  /** How long a declaration may be trusted, in milliseconds. */
  readonly declarationLifetimeMs: number;
  administer(connection: AmqpConnection): Promise<Administration>;
}
