import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import rhea, {
  type Connection,
  type ConnectionOptions,
  type Delivery,
  type EventContext,
  type Receiver,
  type ReceiverOptions,
  type Sender,
} from 'rhea';
import { eventually } from './eventually.js';

/** A message as it was sent or received. */
export type WireMessage = Record<string, unknown>;

/** What a receiver got: the decoded message and the delivery to settle. */
export interface Received {
  readonly message: WireMessage;
  readonly delivery: Delivery;
}

interface SentDelivery {
  readonly remote_state: { readonly constructor: { readonly composite_type: string } };
}

/** A receiver that collects what it gets. Nothing comes without `add_credit`, nothing is settled by itself. */
export class Inbox {
  readonly received: Received[] = [];
  drained = 0;

  constructor(readonly receiver: Receiver) {
    receiver.on('message', ({ message, delivery }: EventContext) =>
      this.received.push({ message: message as unknown as WireMessage, delivery: delivery! }),
    );
    receiver.on('receiver_drained', () => this.drained++);
  }

  get ids(): unknown[] {
    return this.received.map(({ message }) => message.message_id);
  }

  /** Detaches; what is not settled goes back. */
  async close(): Promise<void> {
    this.receiver.close();
    await once(this.receiver, 'receiver_close');
  }

  /** Waits until `count` messages have come, and returns them all. */
  async has(count: number): Promise<Received[]> {
    await eventually(`${count} messages; ${this.ids.length} came`, () => this.received.length >= count);
    return this.received;
  }
}

/** A plain rhea client on a Unix socket, as thin as can be: it shows what is on the wire. */
export class AmqpClient {
  private responses = new Map<unknown, (message: WireMessage) => void>();
  private management: Promise<Sender> | undefined;
  private anonymous: Promise<Sender> | undefined;
  private requests = 0;
  private readonly unsettled = new Map<
    SentDelivery,
    { resolve: (outcome: string) => void; reject: (error: Error) => void }
  >();

  private constructor(readonly connection: Connection) {
    connection.setMaxListeners(0);
    connection.on('settled', ({ delivery }: EventContext) => {
      const sent = delivery as unknown as SentDelivery;
      this.unsettled.get(sent)?.resolve(sent.remote_state.constructor.composite_type);
      this.unsettled.delete(sent);
    });
    connection.on('disconnected', () => {
      for (const { reject } of this.unsettled.values()) reject(new Error('The connection was lost.'));
      this.unsettled.clear();
    });
  }

  static async connect(socketPath: string, options: Partial<ConnectionOptions> = {}): Promise<AmqpClient> {
    const container = rhea.create_container();
    // Errors of links and connections are seen where a test looks for them.
    container.on('error', () => undefined);
    container.on('disconnected', () => undefined);
    const connection = container.connect({
      ...options,
      reconnect: false,
      connection_details: () => ({
        connect: (_port: number, _host: string, _options: unknown, connected: () => void) =>
          connect(socketPath, connected),
      }),
    } as unknown as ConnectionOptions);
    await once(connection, 'connection_open');
    return new AmqpClient(connection);
  }

  /** Opens a sender in a session of its own. Without a target each message says where it goes (`to`). */
  async sender(target?: string, options: object = {}): Promise<Sender> {
    const session = this.connection.create_session();
    session.begin();
    const sender = session.open_sender({ target: target === undefined ? {} : { address: target }, ...options });
    sender.setMaxListeners(0);
    await once(sender, 'sender_open');
    return sender;
  }

  /** Opens a receiver in a session of its own. */
  async inbox(source: string, options: ReceiverOptions = {}): Promise<Inbox> {
    const session = this.connection.create_session();
    session.begin();
    const inbox = new Inbox(
      session.open_receiver({ source: { address: source }, credit_window: 0, autoaccept: false, ...options }),
    );
    await once(inbox.receiver, 'receiver_open');
    return inbox;
  }

  /** Sends one message, and tells its outcome: `accepted`, `released`, `rejected` or `modified`. */
  async send(message: WireMessage, sender?: Sender): Promise<string> {
    const link = sender ?? (await (this.anonymous ??= this.sender()));
    while (!link.sendable()) await once(link, 'sendable');
    const delivery = link.send(message as never) as unknown as SentDelivery;
    return new Promise((resolve, reject) => this.unsettled.set(delivery, { resolve, reject }));
  }

  /** One request to the management node of RabbitMQ 4's kind. */
  async request(method: string, path: string, body: object | null = null): Promise<{ status: string; body: unknown }> {
    const sender = await (this.management ??= this.openManagement());
    const message_id = `request ${++this.requests}`;
    const response = new Promise<WireMessage>((resolve) => this.responses.set(message_id, resolve));
    sender.send({ message_id, subject: method, to: path, reply_to: '$me', body });
    const { subject, body: answer } = await response;
    return { status: subject as string, body: answer };
  }

  /** Breaks the connection without a word. */
  cut(): void {
    (this.connection as unknown as { socket: Socket }).socket.destroy(new Error('cut'));
  }

  async close(): Promise<void> {
    const { socket } = this.connection as unknown as { socket: Socket };
    if (!this.connection.is_open() || socket.destroyed) return;
    this.connection.close();
    await once(this.connection, 'connection_close');
  }

  private async openManagement(): Promise<Sender> {
    const session = this.connection.create_session();
    session.begin();
    const pair = {
      name: 'management-link-pair',
      properties: { paired: true },
      source: '/management',
      target: '/management',
    };
    const sender = session.open_sender({ ...pair, snd_settle_mode: 1 });
    // rhea knows links by name alone: the second of the pair may be opened when the first is.
    await once(sender, 'sender_open');
    const receiver = session.open_receiver({ ...pair, credit_window: 100 });
    receiver.on('message', ({ message }: EventContext) => {
      const response = message as unknown as WireMessage;
      this.responses.get(response.correlation_id)?.(response);
    });
    await once(receiver, 'receiver_open');
    return sender;
  }
}
