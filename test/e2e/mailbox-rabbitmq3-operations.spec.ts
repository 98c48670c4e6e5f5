import { BrokerUnavailable, MailboxInUse } from '@abaco/mailbox';
import { eventually } from '../support/eventually.js';
import { MailboxBed, publishAll } from './support/mailbox-bed.js';
import { type BrokerHarness, rabbitMqHarness } from './support/mailbox-harness.js';

/** What only RabbitMQ 3 with its management API can do, or does badly. */
describe('operating mailboxes on RabbitMQ 3', () => {
  let harness: BrokerHarness | undefined;
  let bed: MailboxBed;

  beforeAll(async () => {
    harness = await rabbitMqHarness('rabbitmq3');
    bed = new MailboxBed(harness);
  }, 120_000);
  afterEach(() => bed.close());
  afterAll(() => harness?.stop());

  it('purges but does not delete a mailbox under a consumer of another client, whose connection lives on', async () => {
    const [broker, other] = [await bed.broker(), await bed.broker()];
    const mailbox = bed.name();
    const inbox = await bed.inbox(other, mailbox);
    await publishAll(broker, mailbox, ['old']);
    await expect(broker.delete(mailbox)).rejects.toThrow(MailboxInUse);
    expect(await broker.depth(mailbox)).toBe(0);
    await publishAll(broker, mailbox, ['new']);
    inbox.consumer.request();
    expect((await inbox.at(0)).message.id).toBe('new');
  });

  it('deletes a mailbox from under the consumer of another client when it is told to', async () => {
    const [broker, other] = [await bed.broker(), await bed.broker()];
    const mailbox = bed.name();
    await bed.inbox(other, mailbox);
    await publishAll(broker, mailbox, ['old']);
    await broker.delete(mailbox, { evenInUse: true });
    await expect(broker.delete(mailbox)).resolves.toBeUndefined();
    expect(await broker.depth(mailbox)).toBe(0);
  });

  it('waits for the consumers of another client to go before it deletes', async () => {
    const [broker, other] = [await bed.broker(), await bed.broker()];
    const mailbox = bed.name();
    const inbox = await bed.inbox(other, mailbox);
    const deleted = broker.delete(mailbox);
    await inbox.consumer.close();
    await deleted;
    expect(await broker.depth(mailbox)).toBe(0);
  });

  it('keeps the mailboxes of two virtual hosts apart', async () => {
    const { options } = bed.harness;
    const management = new URL(options.managementUri ?? '');
    const authorization = `Basic ${Buffer.from(`${management.username}:${management.password}`).toString('base64')}`;
    const api = (path: string, body?: object): Promise<Response> =>
      fetch(`${management.origin}/api/${path}`, {
        method: 'PUT',
        headers: { authorization, 'content-type': 'application/json' },
        body: JSON.stringify(body ?? {}),
      });
    await api('vhosts/second');
    await api('permissions/second/guest', { configure: '.*', write: '.*', read: '.*' });
    const [first, second] = [await bed.broker(), await bed.broker({ ...options, uri: `${options.uri}/second` })];
    const mailbox = bed.name();
    await publishAll(second, mailbox, ['m']);
    expect([await first.depth(mailbox), await second.depth(mailbox)]).toEqual([0, 1]);
  });

  it('does not open with a wrong password, and says nothing of it in the error', async () => {
    const { options } = bed.harness;
    const broker = bed.unopened({ ...options, uri: options.uri.replace('guest:guest', 'guest:mistake') });
    const refusal: unknown = await broker.open(1_000).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(BrokerUnavailable);
    expect(String(refusal)).not.toContain('mistake');
  });

  it('does without the management API as long as nothing is counted, purged or deleted', async () => {
    const broker = await bed.broker({ ...bed.harness.options, managementUri: 'http://127.0.0.1:9' });
    const mailbox = bed.name();
    await publishAll(broker, mailbox, ['m']);
    expect(await bed.drain(broker, mailbox, 1)).toEqual(['m']);
    await expect(broker.depth(mailbox)).rejects.toThrow(BrokerUnavailable);
    await eventually('it is still connected', () => broker.state === 'connected');
  });
});
