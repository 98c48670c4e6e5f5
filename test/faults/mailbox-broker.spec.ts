import { setTimeout as delay } from 'node:timers/promises';
import { BrokerUnavailable } from '@abaco/mailbox';
import { ids, MailboxBed, publishAll } from '../e2e/support/mailbox-bed.js';
import {
  type BrokerHarness,
  embeddedHarness,
  RABBITMQ_KILL_SAFE_AFTER_MS,
  rabbitMqHarness,
} from '../e2e/support/mailbox-harness.js';
import { eventually } from '../support/eventually.js';

const KILLS = 3;

describe.each([
  ['RabbitMQ 3', () => rabbitMqHarness('rabbitmq3'), RABBITMQ_KILL_SAFE_AFTER_MS],
  ['the embedded broker', embeddedHarness, 0],
] as const)('mailboxes under faults, on %s', (_name, makeHarness, killSafeAfterMs) => {
  let harness: BrokerHarness | undefined;
  let bed: MailboxBed;

  beforeAll(async () => {
    harness = await makeHarness();
    bed = new MailboxBed(harness);
  }, 120_000);
  afterEach(() => bed.close());
  afterAll(() => harness?.stop());

  it('notices connections on which nothing moves any more, fails what is under way and goes on', async () => {
    const broker = await bed.broker(bed.harness.proxied);
    const publisher = await bed.broker();
    const mailbox = bed.name();
    const inbox = await bed.inbox(broker, mailbox, 1);
    await publishAll(publisher, mailbox, ['held']);
    const held = await inbox.at(0);
    inbox.consumer.request();

    bed.harness.proxy.freeze();
    await expect(publishAll(broker, mailbox, ['lost'])).rejects.toThrow(BrokerUnavailable);
    await eventually('it is connected again', () => broker.state === 'connected');
    held.accept();
    // Both connections were replaced: the broker that saw the old one die has put the held message back. RabbitMQ
    // closes a silent connection only after its own idle time-out.
    await publishAll(broker, mailbox, ['next']);
    await eventually('the consumer goes on', () => inbox.ids.length > 1, 60_000);
  }, 120_000);

  it('loses no accepted message and stalls no consumer while the broker is killed again and again', async () => {
    const broker = await bed.broker();
    const mailboxes = ids(5, bed.name());
    const received = new Set<string>();
    for (const mailbox of mailboxes) {
      const consumer = await broker.consume(mailbox, (delivery) => {
        received.add(delivery.message.id);
        delivery.accept();
        consumer.request();
      });
      consumer.request(3);
    }
    await delay(killSafeAfterMs);
    const accepted: string[] = [];
    let publishing = true;
    let sequence = 0;
    const publishers = mailboxes.map(async (mailbox) => {
      while (publishing) {
        const id = `${++sequence}`;
        try {
          await broker.publish(mailbox, { id, body: Buffer.from(id) });
          accepted.push(id);
        } catch (error) {
          expect(error).toBeInstanceOf(BrokerUnavailable);
          await eventually('the broker is back', () => broker.state === 'connected');
        }
      }
    });
    for (let kill = 0; kill < KILLS; kill++) {
      const before = accepted.length;
      await eventually('messages are accepted', () => accepted.length > before + 200);
      await bed.harness.kill();
      await bed.harness.restart();
    }
    const before = accepted.length;
    await eventually('messages are accepted after the last kill', () => accepted.length > before + 200);
    publishing = false;
    await Promise.all(publishers);
    await eventually('every accepted message was received', () => accepted.every((id) => received.has(id)));
  }, 240_000);

  it('breaks no connection but the cut ones: a burst of cuts leaves one connection for each purpose', async () => {
    const broker = await bed.broker(bed.harness.proxied);
    const mailbox = bed.name();
    const inbox = await bed.inbox(broker, mailbox, 100);
    for (let cut = 0; cut < 5; cut++) {
      bed.harness.proxy.cut();
      await eventually('the loss is noticed', () => broker.state === 'connecting');
      await eventually('it is back', () => broker.state === 'connected' && bed.harness.proxy.size === 2);
    }
    await publishAll(broker, mailbox, ['after']);
    expect((await inbox.at(0)).message.id).toBe('after');
    await broker.close();
    await eventually('nothing is left', () => bed.harness.proxy.size === 0);
  }, 60_000);
});
