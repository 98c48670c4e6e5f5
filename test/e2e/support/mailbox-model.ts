import { setImmediate as turn } from 'node:timers/promises';
import { type Delivery, type MailboxBroker, type MailboxConsumer } from '@abaco/mailbox';

export const MAILBOXES = ['a', 'b'] as const;
type Mailbox = (typeof MAILBOXES)[number];
export const CLIENTS = 2;
/** More than it takes to deliver all that a test publishes. */
const TURNS = 50;

/** What a consumer does inside its handler. */
export type Reflex = 'hold' | 'accept' | 'release' | 'reject' | 'throw' | 'close';

interface ModelConsumer {
  readonly mailbox: Mailbox;
  readonly client: number;
  readonly real: MailboxConsumer;
  credit: number;
  open: boolean;
  /** In hands, by id: settled and inert ones are not. */
  readonly held: Map<number, Delivery>;
  /** Every delivery that it ever got: settling one again must do nothing. */
  readonly ever: Delivery[];
}

/**
 * Clients of a `MailboxBroker` beside a model of what it must do, for one that always delivers the oldest message and
 * does so within a few turns of the event loop. Every delivery is compared as it comes; differences are `violations`.
 */
export class MailboxModel {
  readonly violations: string[] = [];
  readonly consumers: ModelConsumer[] = [];
  private readonly clients: MailboxBroker[] = [];
  private readonly waiting: Record<Mailbox, Set<number>> = { a: new Set(), b: new Set() };
  private published = 0;

  private constructor(private readonly makeClient: () => MailboxBroker) {}

  static async open(makeClient: () => MailboxBroker): Promise<MailboxModel> {
    const model = new MailboxModel(makeClient);
    for (let client = 0; client < CLIENTS; client++) await model.connect(client);
    return model;
  }

  async publish(client: number, mailbox: Mailbox): Promise<void> {
    const id = ++this.published;
    this.waiting[mailbox].add(id);
    await this.client(client).publish(mailbox, { id: `${id}`, body: Buffer.from(mailbox) });
  }

  async consume(client: number, mailbox: Mailbox, reflex: Reflex): Promise<ModelConsumer> {
    const real = await this.client(client).consume(mailbox, (delivery) => this.delivered(consumer, delivery, reflex));
    const consumer: ModelConsumer = { mailbox, client, real, credit: 0, open: true, held: new Map(), ever: [] };
    this.consumers.push(consumer);
    return consumer;
  }

  request(consumer: ModelConsumer, n: number): void {
    if (consumer.open) consumer.credit += n;
    consumer.real.request(n);
  }

  settle(consumer: ModelConsumer, delivery: Delivery, how: 'accept' | 'release' | 'reject'): void {
    const id = Number(delivery.message.id);
    if (consumer.held.get(id) === delivery) {
      consumer.held.delete(id);
      if (how === 'release') this.waiting[consumer.mailbox].add(id);
    }
    delivery[how]();
  }

  async close(consumer: ModelConsumer): Promise<void> {
    this.closed(consumer);
    await consumer.real.close();
  }

  /** Closes a client and puts another in its place. */
  async reconnect(client: number): Promise<void> {
    for (const consumer of this.consumers) if (consumer.client === client) this.closed(consumer);
    await this.client(client).close();
    await this.connect(client);
  }

  async purge(client: number, mailbox: Mailbox): Promise<void> {
    const waiting = this.waiting[mailbox];
    const purged = this.client(client).purge(mailbox);
    this.expect(await purged, waiting.size, `purged of ${mailbox}`);
    waiting.clear();
  }

  async delete(client: number, mailbox: Mailbox): Promise<void> {
    for (const consumer of this.consumers) {
      if (consumer.mailbox !== mailbox) continue;
      if (consumer.client === client) this.closed(consumer);
      else consumer.held.clear();
    }
    this.waiting[mailbox].clear();
    await this.client(client).delete(mailbox);
  }

  /** Waits for what must come, and checks that it came: no mailbox has both messages and credit for them. */
  async settleDown(): Promise<void> {
    for (let turns = 0; turns < TURNS; turns++) await turn();
    for (const mailbox of MAILBOXES) {
      const { size } = this.waiting[mailbox];
      this.expect(await this.client(0).depth(mailbox), size, `depth of ${mailbox}`);
      const credit = this.consumers.some((consumer) => consumer.mailbox === mailbox && consumer.credit > 0);
      if (credit) this.expect(size, 0, `waiting in ${mailbox}, in spite of credit`);
    }
  }

  /** Closes everything and takes what is left: that must be all that was not settled, purged or deleted. */
  async drain(): Promise<void> {
    for (let client = 0; client < CLIENTS; client++) await this.reconnect(client);
    for (const mailbox of MAILBOXES) this.request(await this.consume(0, mailbox, 'accept'), this.published + 1);
    await this.settleDown();
  }

  private async connect(client: number): Promise<void> {
    this.clients[client] = this.makeClient();
    await this.clients[client].open();
  }

  private closed(consumer: ModelConsumer): void {
    consumer.open = false;
    consumer.credit = 0;
    for (const id of consumer.held.keys()) this.waiting[consumer.mailbox].add(id);
    consumer.held.clear();
  }

  private delivered(consumer: ModelConsumer, delivery: Delivery, reflex: Reflex): void {
    const waiting = this.waiting[consumer.mailbox];
    const id = Number(delivery.message.id);
    this.expect(id, Math.min(...waiting), 'delivered, which must be the oldest that waits');
    this.expect(delivery.message.body.toString(), consumer.mailbox, `the body of ${id}`);
    this.expect(consumer.credit-- > 0, true, `credit for ${id}`);
    waiting.delete(id);
    consumer.held.set(id, delivery);
    consumer.ever.push(delivery);
    if (reflex === 'close') void this.close(consumer);
    else if (reflex === 'throw') {
      consumer.held.delete(id);
      waiting.add(id);
      throw new Error('a defect of the handler');
    } else if (reflex !== 'hold') this.settle(consumer, delivery, reflex);
  }

  private client(index: number): MailboxBroker {
    const client = this.clients[index];
    if (!client) throw new RangeError(`There is no client ${index}`);
    return client;
  }

  private expect<T>(real: T, expected: T, what: string): void {
    if (real !== expected) this.violations.push(`${String(real)} instead of ${String(expected)}: ${what}`);
  }
}
