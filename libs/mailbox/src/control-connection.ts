import { type AmqpConnection } from './amqp-connection.js';
import { type BrokerEndpoint } from './broker-endpoint.js';
import { Declarations } from './declarations.js';
import { type Administration, type Dialect } from './dialect.js';
import { BrokerUnavailable } from './errors.js';
import { type MailboxName } from './mailbox-broker.js';
import { type MailboxLogger } from './mailbox-logger.js';
import { PublishChannel } from './publish-channel.js';
import { SupervisedConnection } from './supervised-connection.js';

/** What one life of the connection offers. */
export interface ControlLine {
  readonly channel: PublishChannel;
  readonly administration: Administration;
  readonly declarations: Declarations;
}

/** The connection on which everything is published and administered; consumers have their own. */
export class ControlConnection {
  private readonly supervised: SupervisedConnection;
  private readonly awaiting = new Set<(line: ControlLine) => void>();
  private line: ControlLine | undefined;

  /** @param onChange is told at once when the connection becomes usable and when it is lost. */
  constructor(
    endpoint: BrokerEndpoint,
    private readonly dialect: Dialect,
    private readonly onChange: (usable: boolean) => void,
    logger: MailboxLogger,
  ) {
    this.supervised = new SupervisedConnection('control', endpoint, (connection) => this.setUp(connection), logger);
  }

  start(): void {
    this.supervised.start();
  }

  stop(): Promise<void> {
    return this.supervised.stop();
  }

  /** @throws BrokerUnavailable when it is not connected now. */
  current(): ControlLine {
    if (!this.line) throw new BrokerUnavailable('Not connected to the message broker; try again later');
    return this.line;
  }

  /** @throws BrokerUnavailable when it is not connected after `timeoutMs`. */
  whenUsable(timeoutMs: number): Promise<ControlLine> {
    if (this.line) return Promise.resolve(this.line);
    return new Promise((resolve, reject) => {
      const usable = (line: ControlLine): void => {
        clearTimeout(timer);
        resolve(line);
      };
      const timer = setTimeout(() => {
        this.awaiting.delete(usable);
        reject(new BrokerUnavailable(`Not connected to the message broker within ${timeoutMs} ms; still trying`));
      }, timeoutMs);
      this.awaiting.add(usable);
    });
  }

  /** Makes sure that the mailbox exists. @throws BrokerUnavailable */
  async ensure(mailbox: MailboxName, timeoutMs: number): Promise<void> {
    await (await this.whenUsable(timeoutMs)).declarations.ensure(mailbox);
  }

  /** The mailbox may have vanished: the next use declares it again. */
  forget(mailbox: MailboxName): void {
    this.line?.declarations.forget(mailbox);
  }

  private async setUp(connection: AmqpConnection): Promise<void> {
    const session = await connection.openSession();
    const sender = await connection.attachSender(session, { target: this.dialect.publishTarget });
    const administration = await this.dialect.administer(connection);
    const line: ControlLine = {
      channel: new PublishChannel(connection, sender),
      administration,
      declarations: new Declarations((mailbox) => administration.declare(mailbox), this.dialect.declarationLifetimeMs),
    };
    if (connection.isLost) return;
    this.line = line;
    connection.onLost(() => {
      this.line = undefined;
      this.onChange(false);
    });
    this.onChange(true);
    for (const usable of this.awaiting) usable(line);
    this.awaiting.clear();
  }
}
