import { AnnouncedState } from './announced-state.js';
import { type BrokerEndpoint } from './broker-endpoint.js';
import { ConsumerPool } from './consumer-pool.js';
import { ControlConnection } from './control-connection.js';
import { type Dialect } from './dialect.js';
import { BrokerUnavailable, PublishRefused } from './errors.js';
import {
  type BrokerState,
  type DeleteOptions,
  type Delivery,
  type MailboxBroker,
  type MailboxConsumer,
  type MailboxMessage,
  type MailboxName,
} from './mailbox-broker.js';
import { type MailboxLogger } from './mailbox-logger.js';
import { assertMailboxName } from './mailbox-name.js';
import { assertMailboxMessage, encodeMessage } from './message-codec.js';

const OPEN_TIMEOUT_MS = 10_000;
/** How long `close` waits for the outcomes of what was published. */
const SETTLE_TIMEOUT_MS = 5_000;

/** Durable mailboxes over AMQP 1.0: one connection to publish and administer, others for the consumers. */
export class AmqpMailboxBroker implements MailboxBroker {
  private readonly control: ControlConnection;
  private readonly consumers: ConsumerPool;
  private readonly announced: AnnouncedState;
  private ended = false;

  constructor(
    endpoint: BrokerEndpoint,
    private readonly dialect: Dialect,
    logger: MailboxLogger,
  ) {
    this.announced = new AnnouncedState(logger);
    const onChange = (usable: boolean): void => this.change(usable ? 'connected' : 'connecting');
    this.control = new ControlConnection(endpoint, dialect, onChange, logger);
    this.consumers = new ConsumerPool(endpoint, dialect, this.control, logger);
  }

  get state(): BrokerState {
    return this.announced.current;
  }

  get isAlarmed(): boolean {
    return this.control.isAlarmed;
  }

  onStateChange(listener: (state: BrokerState) => void): () => void {
    return this.announced.onChange(listener);
  }

  async open(timeoutMs = OPEN_TIMEOUT_MS): Promise<void> {
    if (this.ended) throw new BrokerUnavailable('The connection to the message broker was closed for good');
    if (this.state === 'closed') this.change('connecting');
    this.control.start();
    await this.control.whenUsable(timeoutMs);
  }

  async close(): Promise<void> {
    if (this.ended) return;
    this.ended = true;
    await this.outcomesOfPublications();
    await Promise.all([this.consumers.close(), this.control.stop()]);
    this.change('closed');
  }

  async publish(mailbox: MailboxName, message: MailboxMessage): Promise<void> {
    assertMailboxName(mailbox);
    assertMailboxMessage(message);
    const { channel, declarations } = this.line();
    const encoded = encodeMessage(message, this.dialect.routing(mailbox));
    await declarations.ensure(mailbox);
    const first = await channel.send(encoded);
    if (first.kind === 'accepted') return;
    // Perhaps the mailbox was deleted elsewhere since it was declared.
    declarations.forget(mailbox);
    await declarations.ensure(mailbox);
    const second = await channel.send(encoded);
    if (second.kind === 'refused') throw new PublishRefused(mailbox, second.reason);
  }

  async consume(mailbox: MailboxName, onDelivery: (delivery: Delivery) => void): Promise<MailboxConsumer> {
    assertMailboxName(mailbox);
    this.line();
    return this.consumers.consume(mailbox, onDelivery);
  }

  async depth(mailbox: MailboxName): Promise<number> {
    assertMailboxName(mailbox);
    return this.line().administration.depth(mailbox);
  }

  async purge(mailbox: MailboxName): Promise<number> {
    assertMailboxName(mailbox);
    return this.line().administration.purge(mailbox);
  }

  async delete(mailbox: MailboxName, options: DeleteOptions = {}): Promise<void> {
    assertMailboxName(mailbox);
    const { administration, declarations } = this.line();
    await this.consumers.closeMailbox(mailbox);
    declarations.forget(mailbox);
    await administration.delete(mailbox, options);
    declarations.forget(mailbox);
  }

  /** @throws BrokerUnavailable when not connected, or closed. */
  private line(): ReturnType<ControlConnection['current']> {
    if (this.ended) throw new BrokerUnavailable('The connection to the message broker was closed');
    return this.control.current();
  }

  private async outcomesOfPublications(): Promise<void> {
    if (this.state !== 'connected') return;
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<void>((resolve) => (timer = setTimeout(resolve, SETTLE_TIMEOUT_MS)));
    await Promise.race([this.control.current().channel.settled(), timeout]);
    clearTimeout(timer);
  }

  /** After `close` was called, nothing but the end is announced. */
  private change(state: BrokerState): void {
    if (!this.ended || state === 'closed') this.announced.change(state);
  }
}
