import {
  createMailboxBroker,
  type Delivery,
  type MailboxBroker,
  type MailboxBrokerOptions,
  type MailboxConsumer,
} from '@abaco/mailbox';
import { eventually } from '../../support/eventually.js';
import { type BrokerHarness, type MailboxHarness } from './mailbox-harness.js';

/** What a consumer got, in order. */
export class Inbox {
  readonly deliveries: Delivery[] = [];
  consumer!: MailboxConsumer;

  get ids(): string[] {
    return this.deliveries.map(({ message }) => message.id);
  }

  /** Waits for the `n`th delivery (from 0). */
  at(n: number): Promise<Delivery> {
    return eventually(`delivery ${n} of ${this.consumer.mailbox}`, () => this.deliveries[n]);
  }
}

/** A test's broker clients and mailboxes on a harness. */
export class MailboxBed<Harness extends MailboxHarness = BrokerHarness> {
  private readonly brokers: MailboxBroker[] = [];
  private sequence = 0;

  constructor(readonly harness: Harness) {}

  /** A mailbox name that no other test uses. */
  name(): string {
    return `Conformance_${process.pid}.${++this.sequence}-${Date.now()}`;
  }

  /** A connected client, closed by `close`. `options`: how to reach a broker otherwise than the harness does. */
  async broker(options?: MailboxBrokerOptions): Promise<MailboxBroker> {
    const broker = this.unopened(options);
    await broker.open();
    return broker;
  }

  unopened(options?: MailboxBrokerOptions): MailboxBroker {
    const broker = options ? createMailboxBroker(options) : this.harness.client();
    this.brokers.push(broker);
    return broker;
  }

  /** A consumer that keeps what it gets and settles nothing by itself. */
  async inbox(broker: MailboxBroker, mailbox: string, credit = 0): Promise<Inbox> {
    const inbox = new Inbox();
    inbox.consumer = await broker.consume(mailbox, (delivery) => inbox.deliveries.push(delivery));
    if (credit > 0) inbox.consumer.request(credit);
    return inbox;
  }

  /** Consumes and accepts until `count` messages came, `credit` at a time. @returns their ids in order */
  async drain(broker: MailboxBroker, mailbox: string, count: number, credit = 50): Promise<string[]> {
    const ids: string[] = [];
    const consumer = await broker.consume(mailbox, (delivery) => {
      ids.push(delivery.message.id);
      delivery.accept();
      consumer.request();
    });
    consumer.request(credit);
    try {
      await eventually(`${count} messages of ${mailbox}`, () => ids.length >= count);
    } catch (error) {
      const depth = await broker.depth(mailbox);
      throw new Error(`${ids.length} came, the last is ${ids.at(-1)}; ${depth} wait`, { cause: error });
    }
    await consumer.close();
    return ids;
  }

  async close(): Promise<void> {
    await Promise.all(this.brokers.splice(0).map((broker) => broker.close()));
  }
}

/** `count` ids, `prefix-0` and so on. */
export function ids(count: number, prefix = 'm'): string[] {
  return Array.from({ length: count }, (_, i) => `${prefix}-${i}`);
}

/** Publishes small messages, all at once. */
export async function publishAll(broker: MailboxBroker, mailbox: string, messages: readonly string[]): Promise<void> {
  await Promise.all(messages.map((id) => broker.publish(mailbox, { id, body: Buffer.from(id) })));
}
