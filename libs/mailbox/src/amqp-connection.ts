import net, { type Socket } from 'node:net';
import rhea, {
  type Connection,
  type ConnectionOptions,
  type EventContext,
  type Receiver,
  type ReceiverOptions,
  type Sender,
  type SenderOptions,
  type Session,
} from 'rhea';
import { keepOutcomesApart } from '@abaco/amqp';
import { type BrokerEndpoint, describeEndpoint } from './broker-endpoint.js';
import { BrokerUnavailable } from './errors.js';

/** An attach, close or management request without an answer after this long means a dead peer. */
export const OPERATION_TIMEOUT_MS = 10_000;
const OPEN_TIMEOUT_MS = 5_000;
const CLOSE_TIMEOUT_MS = 2_000;
/** The peer must send something this often; rhea gives up after twice as long. */
const IDLE_TIMEOUT_MS = 5_000;
/**
 * Deliveries a session can receive while an early one stays unsettled; then rhea's ring is full and the session stalls
 * (rhea issue 452). rhea's default is 2,048; a larger ring costs 8 bytes an entry, once used.
 */
const INCOMING_RING = 16_384;

/** The broker refused one link; the connection is well. */
export class LinkRefused extends BrokerUnavailable {}

/** What rhea's typings leave out of a receiver, needed for its defects with sequence numbers. */
interface ReceiverInternals {
  delivery_count: number;
  readonly remote: { readonly attach?: { readonly initial_delivery_count?: number } };
  readonly session: { readonly incoming: { next_transfer_id: number } };
}

function reasonOf(error: { condition?: unknown; description?: unknown; message?: unknown } | undefined): string {
  const words = [error?.condition, error?.description ?? error?.message].filter((word) => typeof word === 'string');
  return words.length > 0 ? words.join(': ') : 'no reason given';
}

/**
 * One AMQP 1.0 connection from its opening to its end; it never comes back. Every operation on it ends: with an answer,
 * with the loss of the connection, or with a time-out, which itself counts as the loss (a broker may keep a socket alive
 * whose other end has crashed).
 */
export class AmqpConnection {
  private readonly lossListeners = new Set<(reason: BrokerUnavailable) => void>();
  private reason: BrokerUnavailable | undefined;

  private constructor(
    private readonly connection: Connection,
    private readonly peer: string,
  ) {}

  /** @throws BrokerUnavailable when the connection is refused, not open after 5 s, or `signal` is aborted meanwhile. */
  static open(endpoint: BrokerEndpoint, signal: AbortSignal): Promise<AmqpConnection> {
    const container = rhea.create_container();
    const connection = container.create_connection(connectionOptions(endpoint));
    const self = new AmqpConnection(connection, describeEndpoint(endpoint));
    // rhea emits errors that nobody handled on the container, and an `error` event without a listener ends the process.
    container.on('error', (error: Error) => self.drop(reasonOf(error), error));
    connection.on('protocol_error', (error: Error) => self.drop(reasonOf(error), error));
    connection.on('connection_error', ({ error }: EventContext) => self.drop(reasonOf(error), error));
    connection.on('connection_close', () => self.drop('closed by the broker'));
    connection.on('disconnected', ({ error }: EventContext) =>
      self.drop(error ? reasonOf(error) : 'disconnected', error),
    );
    const opened = self.operation<AmqpConnection>(
      'open',
      (resolve) => connection.once('connection_open', () => resolve(self)),
      OPEN_TIMEOUT_MS,
    );
    connection.connect();
    const abort = (): void => self.drop('given up');
    signal.addEventListener('abort', abort);
    return opened.finally(() => signal.removeEventListener('abort', abort));
  }

  get isLost(): boolean {
    return this.reason !== undefined;
  }

  /** Calls `listener` once when the connection is lost or closed; at once when it already is. Returns the unsubscription. */
  onLost(listener: (reason: BrokerUnavailable) => void): () => void {
    if (this.reason) listener(this.reason);
    else this.lossListeners.add(listener);
    return () => this.lossListeners.delete(listener);
  }

  /**
   * Runs one exchange with the broker.
   * @throws BrokerUnavailable when the connection is lost first, or without an answer in time: then it is dropped.
   */
  operation<T>(
    what: string,
    start: (resolve: (value: T) => void, reject: (error: Error) => void) => void,
    timeoutMs = OPERATION_TIMEOUT_MS,
  ): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.reason) return reject(this.reason);
      const timer = setTimeout(() => this.drop(`${what}: no answer within ${timeoutMs} ms`), timeoutMs);
      const stopListening = this.onLost((reason) => finish(() => reject(reason)));
      const finish = (settle: () => void): void => {
        clearTimeout(timer);
        stopListening();
        settle();
      };
      start(
        (value) => finish(() => resolve(value)),
        (error) => finish(() => reject(error)),
      );
    });
  }

  /** Opens a session. When it ends, the connection is dropped: brokers end a session for a defect in any of its links. */
  openSession(): Promise<Session> {
    return this.operation<Session>('begin session', (resolve) => {
      const session = this.connection.create_session({ incoming: INCOMING_RING });
      keepOutcomesApart(session);
      session.on('session_error', () => this.drop(`session ended: ${reasonOf(session.error)}`));
      session.on('session_close', () => this.drop('session ended'));
      session.once('session_open', () => resolve(session));
      session.begin();
    });
  }

  /** @throws LinkRefused when the broker detaches it at once. */
  attachSender(session: Session, options: SenderOptions): Promise<Sender> {
    return this.operation<Sender>('attach sender', (resolve, reject) => {
      const sender = session.open_sender(options);
      sender.once('sender_open', () => sender.target && resolve(sender));
      sender.on('sender_error', () => reject(new LinkRefused(reasonOf(sender.error))));
      sender.once('sender_close', () => reject(new LinkRefused(reasonOf(sender.error))));
    });
  }

  /**
   * Attaches a receiver without credit: nothing is accepted or asked for without the caller.
   * @throws LinkRefused when the broker detaches it at once.
   */
  attachReceiver(session: Session, options: ReceiverOptions): Promise<Receiver> {
    return this.operation<Receiver>('attach receiver', (resolve, reject) => {
      const receiver = session.open_receiver({ ...options, autoaccept: false, credit_window: 0 });
      const internals = receiver as unknown as ReceiverInternals;
      receiver.once('receiver_open', () => {
        // rhea counts from 0 whatever the peer says and never wraps at 2^32 (AMQP 1.0 §2.6.7). RabbitMQ 4 starts just
        // below 2^32: without both corrections a credit of 1 delivers several messages.
        internals.delivery_count = internals.remote.attach?.initial_delivery_count ?? 0;
        if (receiver.source) resolve(receiver);
      });
      receiver.on('message', () => {
        internals.delivery_count >>>= 0;
        // The same defect makes rhea write a needless session flow at every event from then on.
        internals.session.incoming.next_transfer_id >>>= 0;
      });
      receiver.on('receiver_error', () => reject(new LinkRefused(reasonOf(receiver.error))));
      receiver.once('receiver_close', () => reject(new LinkRefused(reasonOf(receiver.error))));
    });
  }

  /** Closes a link. Resolves when the broker has confirmed it. */
  detach(link: Sender | Receiver): Promise<void> {
    if (!link.is_open()) return Promise.resolve();
    return this.operation<void>('detach', (resolve) => {
      link.once(link.is_receiver() ? 'receiver_close' : 'sender_close', () => resolve());
      link.close();
    });
  }

  /** Ends the connection at once: everything under way fails with `reason`. */
  drop(reason: string, cause?: unknown): void {
    if (this.reason) return;
    this.reason = new BrokerUnavailable(`The broker at ${this.peer} is not available: ${reason}`, { cause });
    const socket = this.connection.socket as Socket | undefined;
    // Destroying with an error is what makes rhea clear its timers. It may have taken its own listener away already.
    socket?.on('error', () => undefined);
    socket?.destroy(this.reason);
    for (const listener of [...this.lossListeners]) listener(this.reason);
    this.lossListeners.clear();
  }

  /** Says goodbye and ends the connection; waits at most 2 s for the answer. */
  async close(): Promise<void> {
    if (this.isLost) return;
    const goodbye = this.operation<never>('close', () => this.connection.close(), CLOSE_TIMEOUT_MS);
    // The answer, a lost connection and the time-out all arrive as the loss of the connection, which is what we want.
    await goodbye.catch(() => undefined);
  }
}

function connectionOptions(endpoint: BrokerEndpoint): ConnectionOptions {
  const { transport, host, port, socketPath, username, password, virtualHost } = endpoint;
  const common = {
    host,
    port,
    username,
    password,
    ...(virtualHost === undefined ? {} : { hostname: `vhost:${virtualHost}` }),
    reconnect: false,
    tcp_no_delay: true,
    idle_time_out: IDLE_TIMEOUT_MS,
  };
  if (transport === 'tls') return { ...common, transport: 'tls' };
  if (transport === 'tcp') return { ...common, transport: 'tcp' };
  const connect = (_port: number, _host: string, _options: unknown, connected: () => void): Socket =>
    net.connect({ path: socketPath }, connected);
  return { ...common, transport: 'tcp', connection_details: () => ({ host, port, connect }) };
}
