import { setImmediate as nextTurn } from 'node:timers/promises';
import { type EventContext, type Message, type Receiver, type Sender } from 'rhea';
import { type AmqpConnection } from './amqp-connection.js';
import { BrokerUnavailable } from './errors.js';

const ADDRESS = '/management';
const LINK_NAME = 'mailbox-management';
/** Requests under way at a time; further ones wait. */
const MAX_PENDING = 16;
/**
 * Credit for responses, more than requests can be under way: RabbitMQ ends the session when a request comes without
 * credit for its response, and rhea writes the transfers of a turn before its flows.
 */
const RESPONSE_CREDIT = 64;

export type ManagementBody = Readonly<Record<string, unknown>>;

export interface ManagementResponse {
  /** As in HTTP. */
  readonly status: number;
  readonly body: ManagementBody;
  /** The broker's explanation of an error; empty when it gave none. */
  readonly reason: string;
}

interface Request {
  readonly message: Record<string, unknown>;
  readonly answered: (response: ManagementResponse) => void;
}

/**
 * The `/management` node of RabbitMQ 4 ("AMQP 1.0 management", HTTP over AMQP): a pair of links, one for requests and one
 * for responses, joined by one name and the property `paired`. It has a session of its own, because rhea finds links by
 * name alone and a broker ends a session for an error in any of its links.
 */
export class ManagementNode {
  private readonly waiting: Request[] = [];
  private readonly pending = new Map<string, Request>();
  private sequence = 0;
  private handedOver = 0;

  private constructor(
    private readonly connection: AmqpConnection,
    private readonly sender: Sender,
    receiver: Receiver,
  ) {
    sender.on('sendable', () => this.pump());
    sender.on('sender_close', () => connection.drop('the broker closed the management link'));
    receiver.on('receiver_close', () => connection.drop('the broker closed the management link'));
    receiver.on('message', ({ message, delivery }: EventContext) => {
      delivery?.accept();
      receiver.add_credit(1);
      if (message) this.answer(message);
    });
  }

  static async attach(connection: AmqpConnection): Promise<ManagementNode> {
    const session = await connection.openSession();
    const pair = { name: LINK_NAME, properties: { paired: true }, snd_settle_mode: 1, rcv_settle_mode: 0 } as const;
    // One after the other: rhea would take the answer to the first attach for an answer to the second.
    const sender = await connection.attachSender(session, {
      ...pair,
      source: { address: '$me' },
      target: { address: ADDRESS },
    });
    const receiver = await connection.attachReceiver(session, {
      ...pair,
      source: { address: ADDRESS },
      target: { address: '$me' },
    });
    receiver.add_credit(RESPONSE_CREDIT);
    await nextTurn(); // rhea has written the flow then
    return new ManagementNode(connection, sender, receiver);
  }

  /** @throws BrokerUnavailable when the connection is lost, or without an answer in time. */
  request(
    method: 'GET' | 'PUT' | 'DELETE',
    path: string,
    body: ManagementBody | null = null,
  ): Promise<ManagementResponse> {
    const id = String(++this.sequence);
    const message = { message_id: id, to: path, subject: method, reply_to: '$me', body };
    return this.connection.operation<ManagementResponse>(`${method} ${path}`, (answered, reject) => {
      if (this.connection.isLost) return reject(new BrokerUnavailable('The connection to the broker was lost'));
      this.waiting.push({ message, answered });
      this.pump();
    });
  }

  private pump(): void {
    while (this.pending.size < MAX_PENDING && this.hasCredit()) {
      const next = this.waiting.shift();
      if (!next) return;
      this.pending.set(String(next.message.message_id), next);
      this.handedOver++;
      this.sender.send(next.message as unknown as Message);
    }
  }

  /** rhea lowers the credit only when it writes the frame, so what it was handed and has not written counts as used. */
  private hasCredit(): boolean {
    const { credit, delivery_count } = this.sender as unknown as { credit: number; delivery_count: number };
    return this.sender.sendable() && credit > this.handedOver - delivery_count;
  }

  private answer(message: Message): void {
    const id = String(message.correlation_id);
    const request = this.pending.get(id);
    if (!request) return;
    this.pending.delete(id);
    const body: unknown = message.body;
    request.answered({
      status: Number(message.subject),
      body: typeof body === 'object' && body !== null ? (body as ManagementBody) : {},
      reason: typeof body === 'string' ? body : '',
    });
    this.pump();
  }
}
