import { type AmqpConnection } from './amqp-connection.js';
import { type BrokerEndpoint } from './broker-endpoint.js';
import { CurrentLine } from './current-line.js';
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
  private readonly line = new CurrentLine<ControlLine>();

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
    this.line.close();
    return this.supervised.stop();
  }

  /** @throws BrokerUnavailable when it is not connected now. */
  current(): ControlLine {
    const line = this.line.value;
    if (!line) throw new BrokerUnavailable('Not connected to the message broker; try again later');
    return line;
  }

  /** @throws BrokerUnavailable when it is not connected after `timeoutMs`. */
  whenUsable(timeoutMs: number): Promise<ControlLine> {
    return this.line.when(timeoutMs);
  }

  get isAlarmed(): boolean {
    return this.line.value?.administration.isAlarmed ?? false;
  }

  /** Makes sure that the mailbox exists. @throws BrokerUnavailable */
  async ensure(mailbox: MailboxName, timeoutMs: number): Promise<void> {
    await (await this.whenUsable(timeoutMs)).declarations.ensure(mailbox);
  }

  /** The mailbox may have vanished: the next use declares it again. */
  forget(mailbox: MailboxName): void {
    this.line.value?.declarations.forget(mailbox);
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
    this.line.up(line);
    this.onChange(true);
    connection.onLost(() => {
      this.line.down();
      this.onChange(false);
    });
  }
}
