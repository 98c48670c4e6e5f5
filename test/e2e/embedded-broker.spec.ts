import { once } from 'node:events';
import rhea from 'rhea';
import { Inbox, type Received, type WireMessage } from '../support/amqp-client.js';
import { eventually } from '../support/eventually.js';
import { EmbeddedBrokerBed, range, to } from './support/embedded-broker-bed.js';

const MIB = 1024 * 1024;

describe('embedded broker', () => {
  const bed = new EmbeddedBrokerBed();

  describe('management', () => {
    it('declares, describes, purges and deletes queues', async () => {
      expect(await bed.client.request('GET', '/queues/q')).toMatchObject({ status: '404' });
      expect(await bed.declare('q')).toMatchObject({ status: '201', body: { name: 'q', durable: true } });
      expect(await bed.declare('q')).toMatchObject({ status: '200' });
      await bed.publish('q', [1, 2, 3]);
      expect(await bed.client.request('GET', '/queues/q')).toMatchObject({
        status: '200',
        body: { name: 'q', message_count: 3, consumer_count: 0, durable: true },
      });
      expect(await bed.client.request('DELETE', '/queues/q/messages')).toEqual({
        status: '200',
        body: { message_count: 3 },
      });
      await bed.publish('q', [4]);
      expect(await bed.client.request('DELETE', '/queues/q')).toEqual({ status: '200', body: { message_count: 1 } });
      expect(await bed.client.request('DELETE', '/queues/q')).toEqual({ status: '200', body: { message_count: 0 } });
      expect(await bed.client.request('DELETE', '/queues/q/messages')).toMatchObject({ status: '404' });
    });

    it('says what is wrong with a request', async () => {
      expect(await bed.client.request('GET', '/exchanges/e')).toMatchObject({ status: '400' });
      expect(await bed.client.request('POST', '/queues/q')).toMatchObject({ status: '405' });
    });

    it('takes percent-encoded names', async () => {
      const name = encodeURIComponent('a/b %25 ü');
      expect(await bed.declare(name)).toMatchObject({ status: '201', body: { name: 'a/b %25 ü' } });
      expect(await bed.client.send(to(name, 1))).toBe('accepted');
      expect(await bed.count(name)).toBe(1);
    });
  });

  describe('publishing', () => {
    it('releases what has no queue to go to, and refuses nonsense', async () => {
      expect(await bed.client.send(to('none', 1))).toBe('released');
      expect(await bed.client.send({ body: 'no address' })).toBe('released');
    });

    it('works on a link attached to the queue, where `to` does not matter', async () => {
      await bed.declare('q');
      const sender = await bed.client.sender('/queues/q');
      expect(await bed.client.send({ message_id: 'm', body: 'x' }, sender)).toBe('accepted');
      expect(await bed.count('q')).toBe(1);
    });

    it('brings messages byte by byte, with every kind of section', async () => {
      await bed.declare('q');
      const sent = {
        ...to('q', 'id', rhea.message.data_sections([Buffer.from([0, 255]), Buffer.alloc(70_000, 7)])),
        priority: 7,
        ttl: 4_000_000,
        message_annotations: { 'x-a': 1, 'x-b': 'two' },
        correlation_id: rhea.generate_uuid(),
        content_type: 'application/octet-stream',
        creation_time: new Date(1_700_000_000_000),
        application_properties: { text: 'ü', long: 2 ** 40, flag: true },
        footer: { end: 'yes' },
      };
      expect(await bed.client.send(sent)).toBe('accepted');
      const inbox = await bed.client.inbox('/queues/q');
      inbox.receiver.add_credit(1);
      const [{ message }] = (await inbox.has(1)) as [Received];
      expect(rhea.message.encode(message as never)).toEqual(rhea.message.encode(sent as never));
    });

    it('takes 16 MiB and no more', async () => {
      await bed.declare('q');
      const body = rhea.message.data_section(Buffer.alloc(16 * MIB - 200, 3)) as unknown;
      expect(await bed.client.send(to('q', 'large', body))).toBe('accepted');
      const inbox = await bed.client.inbox('/queues/q');
      inbox.receiver.add_credit(1);
      const [large] = await inbox.has(1);
      expect((large!.message.body as { content: Buffer }).content.length).toBe(16 * MIB - 200);
      const sender = await bed.client.sender('/queues/q');
      const refused = once(sender, 'sender_error');
      sender.send(to('q', 'larger', rhea.message.data_section(Buffer.alloc(16 * MIB))) as never);
      await refused;
      expect(sender.error).toMatchObject({ condition: 'amqp:link:message-size-exceeded' });
      expect(await bed.count('q')).toBe(0);
    });

    it('keeps the order of thousands of messages in flight', async () => {
      await bed.declare('q');
      expect(new Set(await bed.publish('q', range(3000)))).toEqual(new Set(['accepted']));
      const inbox = await bed.client.inbox('/queues/q');
      inbox.receiver.add_credit(2000);
      await inbox.has(2000);
      for (const { delivery } of inbox.received) delivery.accept();
      inbox.receiver.add_credit(1000);
      await inbox.has(3000);
      expect(inbox.ids).toEqual(range(3000));
    });
  });

  describe('consuming', () => {
    it('delivers as many messages as credit was given', async () => {
      await bed.declare('q');
      await bed.publish('q', range(10));
      const inbox = await bed.client.inbox('/queues/q');
      inbox.receiver.add_credit(3);
      await inbox.has(3);
      inbox.receiver.add_credit(1);
      await inbox.has(4);
      expect(await bed.count('q')).toBe(6);
      expect(inbox.received).toHaveLength(4);
    });

    it('refuses a link to a missing queue, and the session goes on', async () => {
      await bed.declare('q');
      const good = await bed.client.inbox('/queues/q');
      const bad = good.receiver.session.open_receiver({ source: '/queues/none' });
      await once(bad, 'receiver_error');
      expect(bad.error).toMatchObject({ condition: 'amqp:not-found' });
      await bed.publish('q', [1]);
      good.receiver.add_credit(1);
      await good.has(1);
      const refusedSender = good.receiver.session.open_sender('/queues/none');
      await once(refusedSender, 'sender_error');
      expect(refusedSender.error).toMatchObject({ condition: 'amqp:not-found' });
    });

    it('brings a released message again at once and uncounted, a failed one counted, a rejected one never', async () => {
      await bed.declare('q');
      await bed.publish('q', ['a', 'b']);
      const inbox = await bed.client.inbox('/queues/q');
      const next = async (nth: number) => {
        inbox.receiver.add_credit(1);
        return (await inbox.has(nth))[nth - 1]!;
      };
      const counts: unknown[] = [];
      const note = ({ message }: { message: WireMessage }) =>
        counts.push([message.message_id, message.delivery_count ?? 0]);
      for (const nth of [1, 2, 3, 4]) {
        const got = await next(nth);
        note(got);
        if (nth === 1) got.delivery.release();
        if (nth === 2) got.delivery.modified({ delivery_failed: true });
        if (nth === 3) got.delivery.reject();
        if (nth === 4) got.delivery.accept();
      }
      expect(counts).toEqual([
        ['a', 0],
        ['a', 0],
        ['a', 1],
        ['b', 0],
      ]);
      await inbox.close();
      expect(await bed.count('q')).toBe(0);
    });

    it('settles for a receiver that settles second', async () => {
      await bed.declare('q');
      await bed.publish('q', ['a']);
      const inbox = await bed.client.inbox('/queues/q', { rcv_settle_mode: 1 });
      const settled = once(inbox.receiver, 'settled');
      inbox.receiver.add_credit(1);
      const [{ delivery }] = (await inbox.has(1)) as [Received];
      delivery.accept();
      await settled;
      await inbox.close();
      expect(await bed.count('q')).toBe(0);
    });

    it('shares a queue between consumers, each message to one of them', async () => {
      await bed.declare('q');
      const inboxes = await Promise.all([bed.client, await bed.another()].map((peer) => peer.inbox('/queues/q')));
      for (const { receiver } of inboxes) receiver.add_credit(200);
      await bed.publish('q', range(200));
      await eventually('all came', () => inboxes.reduce((sum, { received }) => sum + received.length, 0) === 200);
      expect(inboxes.flatMap(({ ids }) => ids as number[]).sort((a, b) => a - b)).toEqual(range(200));
      expect(inboxes.map(({ received }) => received.length)).toEqual([100, 100]);
    });

    it('drains: what is there comes, and unused credit is given back', async () => {
      await bed.declare('q');
      await bed.publish('q', range(3));
      const inbox = await bed.client.inbox('/queues/q');
      inbox.receiver.add_credit(10);
      inbox.receiver.drain_credit();
      await eventually('it is drained', () => inbox.drained > 0);
      expect(inbox.ids).toEqual(range(3));
      inbox.receiver.drain = false;
      await bed.publish('q', ['later']);
      expect(await bed.count('q')).toBe(1);
      inbox.receiver.add_credit(1);
      await inbox.has(4);
    });

    it('lets thousands pass while one delivery of the same session is held', async () => {
      await bed.declare('held');
      await bed.declare('q');
      await bed.publish('held', ['h']);
      await bed.publish('q', range(3000));
      // The client's own ring of 2,048 deliveries would stall it, were it not made larger.
      const session = bed.client.connection.create_session({ incoming: 8192 });
      session.begin();
      const open = (source: string) =>
        new Inbox(session.open_receiver({ source, credit_window: 0, autoaccept: false }));
      const holder = open('/queues/held');
      holder.receiver.add_credit(1);
      await holder.has(1);
      const inbox = open('/queues/q');
      inbox.receiver.on('message', ({ delivery }: Received) => {
        delivery.accept();
        inbox.receiver.add_credit(1);
      });
      inbox.receiver.add_credit(100);
      await inbox.has(3000);
      expect(inbox.ids).toEqual(range(3000));
    });

    it('attaches again under the name of a link just detached', async () => {
      await bed.declare('q');
      await bed.publish('q', range(2));
      const inbox = await bed.client.inbox('/queues/q', { name: 'same' });
      inbox.receiver.add_credit(1);
      await inbox.has(1);
      inbox.receiver.close();
      await once(inbox.receiver, 'receiver_close');
      const again = await bed.client.inbox('/queues/q', { name: 'same' });
      again.receiver.add_credit(2);
      await again.has(2);
      expect(again.ids).toEqual([0, 1]);
    });
  });
});
