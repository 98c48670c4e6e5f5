import rhea, { type Delivery, type Receiver } from 'rhea';
import { MalformedMessage } from './errors.js';
import type { LinkEnd } from './link-end.js';
import type { MessageQueue } from './message-queue.js';
import { messageSections, SectionCode, sectionBytes } from './message-sections.js';
import { parseQueueAddress } from './queue-address.js';
import { wireReceiver } from './rhea-internals.js';

/** Largest message, as in RabbitMQ 4: 16 MiB. */
export const MAX_MESSAGE_SIZE = 16 * 1024 * 1024;

/** Messages a publisher may have on the way. The session's incoming window of 2,048 bounds all its links together. */
const CREDIT = 1024;

/** Finds the queue for a message; `to` is the address in its properties. */
export type Route = (to: () => string | undefined) => MessageQueue | undefined;

/** Told about the bytes of messages that are received and not yet durable. */
export type CountPending = (bytes: number) => void;

/**
 * A link on which a client publishes. A message is `accepted` once it is durable, and `released` when there is no such
 * queue. All messages are stored, durable or not.
 */
export class PublisherLink implements LinkEnd {
  private unsettled = 0;
  private closed = false;

  constructor(
    private readonly receiver: Receiver,
    private readonly route: Route,
    private readonly pending: CountPending,
  ) {
    const wire = wireReceiver(receiver);
    wire.local.attach.max_message_size = MAX_MESSAGE_SIZE;
    // rhea ignores where the sender begins to count (AMQP 1.0 §2.6.7) and would issue too much credit.
    wire.delivery_count = wire.remote.attach.initial_delivery_count ?? 0;
    receiver.add_credit(CREDIT);
  }

  message(raw: Buffer, delivery: Delivery): void {
    const wire = wireReceiver(this.receiver);
    wire.delivery_count >>>= 0;
    this.unsettled++;
    if (raw.length > MAX_MESSAGE_SIZE) return this.refuseSize(raw.length);
    const queue = this.findQueue(raw, delivery);
    if (queue) void this.store(queue, raw, delivery);
    this.topUp();
  }

  gone(): void {
    this.closed = true;
  }

  private findQueue(raw: Buffer, delivery: Delivery): MessageQueue | undefined {
    try {
      const sections = messageSections(raw);
      const queue = this.route(() => {
        const properties = sectionBytes(raw, sections, SectionCode.properties);
        return properties && (rhea.message.decode(properties) as { to?: string }).to;
      });
      if (!queue) this.settle(() => delivery.release());
      return queue;
    } catch (error) {
      if (!(error instanceof MalformedMessage)) throw error;
      this.settle(() => delivery.reject({ condition: 'amqp:decode-error', description: error.message }));
      return undefined;
    }
  }

  private async store(queue: MessageQueue, raw: Buffer, delivery: Delivery): Promise<void> {
    this.pending(raw.length);
    try {
      await queue.append(raw);
      this.settle(() => delivery.accept());
    } catch (error) {
      const description = `The message could not be stored: ${String(error)}`;
      this.settle(() => delivery.reject({ condition: 'amqp:internal-error', description }));
    } finally {
      this.pending(-raw.length);
    }
  }

  private settle(outcome: () => void): void {
    this.unsettled--;
    if (this.closed) return;
    outcome();
    this.topUp();
  }

  private topUp(): void {
    const missing = CREDIT - this.unsettled - wireReceiver(this.receiver).credit;
    if (!this.closed && missing >= CREDIT / 4) this.receiver.add_credit(missing);
  }

  private refuseSize(size: number): void {
    this.closed = true;
    this.receiver.close({
      condition: 'amqp:link:message-size-exceeded',
      description: `The message has ${size} bytes; at most ${MAX_MESSAGE_SIZE} are allowed.`,
    });
  }
}

/** Route of a link attached to one queue. */
export const toQueue =
  (find: (name: string) => MessageQueue | undefined, name: string): Route =>
  () =>
    find(name);

/** Route of a link attached to the anonymous terminus: each message says where it goes. */
export const toAnyQueue =
  (find: (name: string) => MessageQueue | undefined): Route =>
  (to) => {
    const name = parseQueueAddress(to());
    return name === undefined ? undefined : find(name);
  };
