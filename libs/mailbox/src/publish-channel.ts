import { type Delivery, type EventContext, type Message, type Sender } from 'rhea';
import { type AmqpConnection, OPERATION_TIMEOUT_MS } from './amqp-connection.js';
import { BrokerUnavailable } from './errors.js';

/** Messages sent and not yet settled by the broker. rhea's ring holds 2,048 deliveries a session. */
const MAX_UNSETTLED = 500;
/** Messages waiting for their turn; beyond it the caller is told at once. */
const MAX_WAITING = 10_000;
/** rhea does not wrap its delivery ids at 2^32; a connection is replaced long before. */
const MAX_DELIVERIES = 2 ** 31;

/** What the broker said about a message. */
export type Outcome = { readonly kind: 'accepted' } | { readonly kind: 'refused'; readonly reason: string };

/** What rhea's typings leave out of a sender. */
interface SenderInternals {
  readonly credit: number;
  readonly delivery_count: number;
}

interface Publication {
  readonly message: Message;
  readonly enqueuedAt: number;
  sentAt: number;
  resolve(outcome: Outcome): void;
  reject(error: Error): void;
}

/** The one sender of a connection, used for all mailboxes: a bounded window of unsettled messages, in order. */
export class PublishChannel {
  private readonly waiting: Publication[] = [];
  private readonly unsettled = new Map<Delivery, Publication>();
  private handedOver = 0;
  private idle: (() => void)[] = [];
  private readonly watchdog: NodeJS.Timeout;

  constructor(
    private readonly connection: AmqpConnection,
    private readonly sender: Sender,
    private readonly timeoutMs = OPERATION_TIMEOUT_MS,
  ) {
    sender.on('sendable', () => this.pump());
    sender.on('accepted', ({ delivery }: EventContext) => this.settle(delivery, { kind: 'accepted' }));
    sender.on('rejected', ({ delivery }: EventContext) => this.settle(delivery, refused(delivery, 'rejected')));
    // rhea reports `modified` as released as well.
    sender.on('released', ({ delivery }: EventContext) => this.settle(delivery, refused(delivery, 'released')));
    sender.on('settled', ({ delivery }: EventContext) => this.settle(delivery, refused(delivery, 'no outcome')));
    sender.on('sender_close', () => connection.drop('the broker closed the publishing link'));
    this.watchdog = setInterval(() => this.checkDeadlines(), Math.ceil(timeoutMs / 20));
    connection.onLost((reason) => this.fail(reason));
  }

  /**
   * Sends when the window and the broker's credit allow.
   * @throws BrokerUnavailable when the connection is lost, after 10 s without an outcome, or when 10,000 messages wait.
   */
  send(message: Message): Promise<Outcome> {
    return new Promise<Outcome>((resolve, reject) => {
      if (this.connection.isLost) return reject(new BrokerUnavailable('The connection to the broker was lost'));
      if (this.waiting.length >= MAX_WAITING) {
        return reject(new BrokerUnavailable(`${MAX_WAITING} messages are waiting to be sent to the broker already`));
      }
      this.waiting.push({ message, enqueuedAt: performance.now(), sentAt: 0, resolve, reject });
      this.pump();
    });
  }

  /** Resolves when nothing waits and nothing is unsettled, or the connection is lost. */
  settled(): Promise<void> {
    if (this.waiting.length === 0 && this.unsettled.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.idle.push(resolve));
  }

  private pump(): void {
    while (this.unsettled.size < MAX_UNSETTLED && this.hasCredit()) {
      const next = this.waiting.shift();
      if (!next) return;
      this.handedOver++;
      next.sentAt = performance.now();
      this.unsettled.set(this.sender.send(next.message), next);
    }
  }

  /** rhea lowers the credit only when it writes the frame, so what it was handed and has not written counts as used. */
  private hasCredit(): boolean {
    const { credit, delivery_count } = this.sender as unknown as SenderInternals;
    return this.sender.sendable() && credit > this.handedOver - delivery_count;
  }

  private settle(delivery: Delivery | undefined, outcome: Outcome): void {
    const publication = delivery && this.unsettled.get(delivery);
    if (!publication) return;
    this.unsettled.delete(delivery);
    publication.resolve(outcome);
    if (this.handedOver >= MAX_DELIVERIES) return this.connection.drop('replaced after 2^31 messages');
    this.pump();
    this.tellIdle();
  }

  /**
   * Every message gets its answer in time. Only one that was sent as long ago, without an outcome, means a dead peer: the
   * connection is dropped then, which fails all the others. One that mostly waited (the broker is slow or grants no
   * credit) fails alone; it stays in the window until the broker settles it, whatever the answer is then worth.
   */
  private checkDeadlines(): void {
    const deadline = performance.now() - this.timeoutMs;
    const late = new BrokerUnavailable(`The broker did not take a message within ${this.timeoutMs} ms`);
    for (const publication of this.unsettled.values()) {
      if (publication.sentAt <= deadline) {
        return this.connection.drop(`publish: no outcome within ${this.timeoutMs} ms`);
      }
      if (publication.enqueuedAt > deadline) break;
      publication.reject(late);
    }
    while (this.waiting[0] && this.waiting[0].enqueuedAt <= deadline) this.waiting.shift()?.reject(late);
    this.tellIdle();
  }

  private fail(reason: BrokerUnavailable): void {
    clearInterval(this.watchdog);
    const failed = [...this.unsettled.values(), ...this.waiting];
    this.unsettled.clear();
    this.waiting.length = 0;
    for (const publication of failed) publication.reject(reason);
    this.tellIdle();
  }

  private tellIdle(): void {
    if (this.waiting.length > 0 || this.unsettled.size > 0) return;
    for (const resolve of this.idle.splice(0)) resolve();
  }
}

function refused(delivery: Delivery | undefined, word: string): Outcome {
  const state = delivery?.remote_state as { error?: { condition?: string; description?: string } } | undefined;
  const detail = [state?.error?.condition, state?.error?.description].filter(Boolean).join(': ');
  return { kind: 'refused', reason: detail ? `${word} (${detail})` : word };
}
