import { AmqpConnection } from './amqp-connection.js';
import { type BrokerEndpoint } from './broker-endpoint.js';
import { type BrokerUnavailable } from './errors.js';
import { type MailboxLogger } from './mailbox-logger.js';
import { MAX_RECONNECT_DELAY_MS, ReconnectBackoff } from './reconnect-backoff.js';

/**
 * Keeps one connection alive: connects, sets it up, waits for its loss, and starts again with backoff, until stopped.
 * rhea's own reconnection is not used: over it, sends in flight vanish without an event and credit falls to zero.
 */
export class SupervisedConnection {
  private readonly backoff = new ReconnectBackoff();
  private readonly stopping = new AbortController();
  private connection: AmqpConnection | undefined;
  private running: Promise<void> | undefined;

  /** @param setUp builds what belongs on a fresh connection; when it fails, the connection is dropped and tried again. */
  constructor(
    private readonly name: string,
    private readonly endpoint: BrokerEndpoint,
    private readonly setUp: (connection: AmqpConnection) => Promise<void>,
    private readonly logger: MailboxLogger,
  ) {}

  start(): void {
    this.running ??= this.run();
  }

  /** Says goodbye to the broker and stops for good. */
  async stop(): Promise<void> {
    const goodbye = this.connection?.close();
    this.stopping.abort();
    await goodbye;
    await this.running;
  }

  private async run(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      const startedAt = performance.now();
      try {
        await this.live();
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        if (!this.stopping.signal.aborted) this.logger.warn({ connection: this.name, reason }, 'connection lost');
      }
      this.connection = undefined;
      if (performance.now() - startedAt > MAX_RECONNECT_DELAY_MS) this.backoff.reset();
      await this.pause(this.backoff.next());
    }
  }

  /** One life of the connection, which always ends by an error. */
  private async live(): Promise<never> {
    const connection = await AmqpConnection.open(this.endpoint, this.stopping.signal);
    this.connection = connection;
    try {
      await this.setUp(connection);
    } catch (error) {
      connection.drop(`setting up failed: ${String(error)}`, error);
      throw error;
    }
    this.logger.info({ connection: this.name }, 'connected');
    const reason = await new Promise<BrokerUnavailable>((resolve) => connection.onLost(resolve));
    throw reason;
  }

  private pause(ms: number): Promise<void> {
    const { signal } = this.stopping;
    return new Promise((resolve) => {
      if (signal.aborted) return resolve();
      const done = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      signal.addEventListener('abort', done);
    });
  }
}
