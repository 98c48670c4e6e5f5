import { setImmediate as turn, setTimeout as pause } from 'node:timers/promises';
import { DELIVERIES_A_TURN } from './in-memory-mailbox.js';
import { InMemoryMailboxBroker } from './in-memory-mailbox-broker.js';
import { InMemoryMailboxes } from './in-memory-mailboxes.js';
import { type Delivery, type MailboxConsumer } from './mailbox-broker.js';

const MAILBOX = 'mailbox';

/** A consumer that settles nothing by itself. */
async function inbox(broker: InMemoryMailboxBroker): Promise<{ consumer: MailboxConsumer; deliveries: Delivery[] }> {
  const deliveries: Delivery[] = [];
  return { deliveries, consumer: await broker.consume(MAILBOX, (delivery) => deliveries.push(delivery)) };
}

const idsOf = (deliveries: readonly Delivery[]): string[] => deliveries.map(({ message }) => message.id);

/** What is not in the conformance suite, because on a real broker it is otherwise or cannot be seen. */
describe('InMemoryMailboxBroker', () => {
  let mailboxes: InMemoryMailboxes;
  let broker: InMemoryMailboxBroker;

  const publish = (...ids: string[]): Promise<unknown> =>
    Promise.all(ids.map((id) => broker.publish(MAILBOX, { id, body: Buffer.from(id) })));

  beforeEach(async () => {
    mailboxes = new InMemoryMailboxes();
    broker = new InMemoryMailboxBroker(mailboxes);
    await broker.open();
  });

  it('has mailboxes of its own unless it is given some', async () => {
    const other = new InMemoryMailboxBroker();
    await other.open();
    await publish('m');
    expect(await other.depth(MAILBOX)).toBe(0);
  });

  it('keeps messages when all its clients are closed', async () => {
    await publish('m');
    await broker.close();
    const next = new InMemoryMailboxBroker(mailboxes);
    await next.open();
    expect(await next.depth(MAILBOX)).toBe(1);
  });

  it('copies a body before publish returns', async () => {
    const body = Buffer.from('original');
    const published = broker.publish(MAILBOX, { id: 'm', body });
    body.fill('x');
    await published;
    const { consumer, deliveries } = await inbox(broker);
    consumer.request();
    await turn();
    expect(deliveries[0]?.message.body.toString()).toBe('original');
  });

  it('delivers in the next turn of the event loop, and the rest in the one after it', async () => {
    const count = DELIVERIES_A_TURN + 1;
    const { consumer, deliveries } = await inbox(broker);
    consumer.request(count);
    await publish(...Array.from({ length: count }, (_, n) => `${n}`));
    expect(deliveries).toEqual([]);
    await turn();
    expect(deliveries).toHaveLength(DELIVERIES_A_TURN);
    await turn();
    expect(deliveries).toHaveLength(count);
  });

  it('delivers in bounded turns, so that a mailbox that feeds itself does not stop everything else', async () => {
    let deliveries = 0;
    const consumer = await broker.consume(MAILBOX, (delivery) => {
      deliveries++;
      delivery.accept();
      void publish('m');
      consumer.request();
    });
    consumer.request();
    await publish('m');
    await turn();
    expect(deliveries).toBe(DELIVERIES_A_TURN);
    await pause(1); // a timer gets its turn, perhaps before the next deliveries
    while (deliveries <= DELIVERIES_A_TURN) await turn();
    await consumer.close();
  });

  it('lets the consumers that ask take turns', async () => {
    const inboxes = [await inbox(broker), await inbox(broker), await inbox(broker)];
    for (const { consumer } of inboxes) consumer.request(2);
    await publish('1', '2', '3', '4', '5', '6');
    await turn();
    expect(inboxes.map(({ deliveries }) => idsOf(deliveries))).toEqual([
      ['1', '4'],
      ['2', '5'],
      ['3', '6'],
    ]);
  });

  it('brings released messages again at their old places, in whatever order they were released', async () => {
    await publish('1', '2', '3', '4', '5');
    const { consumer, deliveries } = await inbox(broker);
    consumer.request(4);
    await turn();
    for (const index of [2, 0, 3]) deliveries[index]?.release();
    consumer.request(4);
    await turn();
    expect(idsOf(deliveries.slice(4))).toEqual(['1', '3', '4', '5']);
  });

  it('does not put back into a mailbox what another client held when it was deleted', async () => {
    const other = new InMemoryMailboxBroker(mailboxes);
    await other.open();
    await publish('old');
    const { consumer, deliveries } = await inbox(other);
    consumer.request(2);
    await turn();
    await broker.delete(MAILBOX);
    deliveries[0]?.release();
    await publish('new');
    await turn();
    expect(idsOf(deliveries)).toEqual(['old', 'new']);
    expect(await broker.depth(MAILBOX)).toBe(0);
  });

  it('reports a handler that throws', async () => {
    const reports: object[] = [];
    const logger = { info: () => undefined, warn: () => undefined, error: (fields: object) => reports.push(fields) };
    const logging = new InMemoryMailboxBroker(mailboxes, logger);
    await logging.open();
    const error = new Error('a defect of the handler');
    const consumer = await logging.consume(MAILBOX, () => {
      throw error;
    });
    await publish('m');
    consumer.request();
    await turn();
    expect(reports).toEqual([{ message: 'm', error }]);
    expect(await broker.depth(MAILBOX)).toBe(1);
  });

  it('rejects the opening when a listener closes it meanwhile', async () => {
    const closing = new InMemoryMailboxBroker(mailboxes);
    const states: string[] = [];
    closing.onStateChange((state) => {
      states.push(state);
      void closing.close();
    });
    await expect(closing.open()).rejects.toThrow('closed');
    expect(states).toEqual(['connecting', 'closed']);
  });
});
