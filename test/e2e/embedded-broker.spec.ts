import { EmbeddedBroker } from '@abaco/embedded';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import rhea from 'rhea';
import { AmqpClient, Inbox, type Received, type WireMessage } from '../support/amqp-client.js';
import { eventually } from '../support/eventually.js';

const MIB = 1024 * 1024;
const to = (queue: string, id: unknown, body: unknown = 'x'): WireMessage => ({
  to: `/queues/${queue}`,
  message_id: id,
  durable: true,
  body,
});
const range = (count: number) => Array.from({ length: count }, (_, i) => i);

describe('embedded broker', () => {
  let directory: string;
  let broker: EmbeddedBroker;
  let client: AmqpClient;
  const clients: AmqpClient[] = [];

  async function another(): Promise<AmqpClient> {
    const opened = await AmqpClient.connect(broker.socketPath);
    clients.push(opened);
    return opened;
  }
  const declare = (queue: string) => client.request('PUT', `/queues/${queue}`, { durable: true });
  const count = async (queue: string) =>
    Number(((await client.request('GET', `/queues/${queue}`)).body as { message_count: number }).message_count);
  const publish = (queue: string, ids: readonly unknown[]) => Promise.all(ids.map((id) => client.send(to(queue, id))));

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'abaco-broker-'));
    broker = await EmbeddedBroker.start({ directory });
    client = await another();
  });
  afterEach(async () => {
    await Promise.all(clients.splice(0).map((opened) => opened.close()));
    await broker.close();
    rmSync(directory, { recursive: true });
  });

  describe('management', () => {
    it('declares, describes, purges and deletes queues', async () => {
      expect(await client.request('GET', '/queues/q')).toMatchObject({ status: '404' });
      expect(await declare('q')).toMatchObject({ status: '201', body: { name: 'q', durable: true } });
      expect(await declare('q')).toMatchObject({ status: '200' });
      await publish('q', [1, 2, 3]);
      expect(await client.request('GET', '/queues/q')).toMatchObject({
        status: '200',
        body: { name: 'q', message_count: 3, consumer_count: 0, durable: true },
      });
      expect(await client.request('DELETE', '/queues/q/messages')).toEqual({
        status: '200',
        body: { message_count: 3 },
      });
      await publish('q', [4]);
      expect(await client.request('DELETE', '/queues/q')).toEqual({ status: '200', body: { message_count: 1 } });
      expect(await client.request('DELETE', '/queues/q')).toEqual({ status: '200', body: { message_count: 0 } });
      expect(await client.request('DELETE', '/queues/q/messages')).toMatchObject({ status: '404' });
    });

    it('says what is wrong with a request', async () => {
      expect(await client.request('GET', '/exchanges/e')).toMatchObject({ status: '400' });
      expect(await client.request('POST', '/queues/q')).toMatchObject({ status: '405' });
    });

    it('takes percent-encoded names', async () => {
      const name = encodeURIComponent('a/b %25 ü');
      expect(await declare(name)).toMatchObject({ status: '201', body: { name: 'a/b %25 ü' } });
      expect(await client.send(to(name, 1))).toBe('accepted');
      expect(await count(name)).toBe(1);
    });
  });

  describe('publishing', () => {
    it('releases what has no queue to go to, and refuses nonsense', async () => {
      expect(await client.send(to('none', 1))).toBe('released');
      expect(await client.send({ body: 'no address' })).toBe('released');
    });

    it('works on a link attached to the queue, where `to` does not matter', async () => {
      await declare('q');
      const sender = await client.sender('/queues/q');
      expect(await client.send({ message_id: 'm', body: 'x' }, sender)).toBe('accepted');
      expect(await count('q')).toBe(1);
    });

    it('brings messages byte by byte, with every kind of section', async () => {
      await declare('q');
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
      expect(await client.send(sent)).toBe('accepted');
      const inbox = await client.inbox('/queues/q');
      inbox.receiver.add_credit(1);
      const [{ message }] = (await inbox.has(1)) as [Received];
      expect(rhea.message.encode(message as never)).toEqual(rhea.message.encode(sent as never));
    });

    it('takes 16 MiB and no more', async () => {
      await declare('q');
      const body = rhea.message.data_section(Buffer.alloc(16 * MIB - 200, 3)) as unknown;
      expect(await client.send(to('q', 'large', body))).toBe('accepted');
      const inbox = await client.inbox('/queues/q');
      inbox.receiver.add_credit(1);
      const [large] = await inbox.has(1);
      expect((large!.message.body as { content: Buffer }).content.length).toBe(16 * MIB - 200);
      const sender = await client.sender('/queues/q');
      const refused = once(sender, 'sender_error');
      sender.send(to('q', 'larger', rhea.message.data_section(Buffer.alloc(16 * MIB))) as never);
      await refused;
      expect(sender.error).toMatchObject({ condition: 'amqp:link:message-size-exceeded' });
      expect(await count('q')).toBe(0);
    });

    it('keeps the order of thousands of messages in flight', async () => {
      await declare('q');
      expect(new Set(await publish('q', range(3000)))).toEqual(new Set(['accepted']));
      const inbox = await client.inbox('/queues/q');
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
      await declare('q');
      await publish('q', range(10));
      const inbox = await client.inbox('/queues/q');
      inbox.receiver.add_credit(3);
      await inbox.has(3);
      inbox.receiver.add_credit(1);
      await inbox.has(4);
      expect(await count('q')).toBe(6);
      expect(inbox.received).toHaveLength(4);
    });

    it('refuses a link to a missing queue, and the session goes on', async () => {
      await declare('q');
      const good = await client.inbox('/queues/q');
      const bad = good.receiver.session.open_receiver({ source: '/queues/none' });
      await once(bad, 'receiver_error');
      expect(bad.error).toMatchObject({ condition: 'amqp:not-found' });
      await publish('q', [1]);
      good.receiver.add_credit(1);
      await good.has(1);
      const refusedSender = good.receiver.session.open_sender('/queues/none');
      await once(refusedSender, 'sender_error');
      expect(refusedSender.error).toMatchObject({ condition: 'amqp:not-found' });
    });

    it('brings a released message again at once and uncounted, a failed one counted, a rejected one never', async () => {
      await declare('q');
      await publish('q', ['a', 'b']);
      const inbox = await client.inbox('/queues/q');
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
      expect(await count('q')).toBe(0);
    });

    it('settles for a receiver that settles second', async () => {
      await declare('q');
      await publish('q', ['a']);
      const inbox = await client.inbox('/queues/q', { rcv_settle_mode: 1 });
      const settled = once(inbox.receiver, 'settled');
      inbox.receiver.add_credit(1);
      const [{ delivery }] = (await inbox.has(1)) as [Received];
      delivery.accept();
      await settled;
      await inbox.close();
      expect(await count('q')).toBe(0);
    });

    it('shares a queue between consumers, each message to one of them', async () => {
      await declare('q');
      const inboxes = await Promise.all([client, await another()].map((peer) => peer.inbox('/queues/q')));
      for (const { receiver } of inboxes) receiver.add_credit(200);
      await publish('q', range(200));
      await eventually('all came', () => inboxes.reduce((sum, { received }) => sum + received.length, 0) === 200);
      expect(inboxes.flatMap(({ ids }) => ids as number[]).sort((a, b) => a - b)).toEqual(range(200));
      expect(inboxes.map(({ received }) => received.length)).toEqual([100, 100]);
    });

    it('drains: what is there comes, and unused credit is given back', async () => {
      await declare('q');
      await publish('q', range(3));
      const inbox = await client.inbox('/queues/q');
      inbox.receiver.add_credit(10);
      inbox.receiver.drain_credit();
      await eventually('it is drained', () => inbox.drained > 0);
      expect(inbox.ids).toEqual(range(3));
      inbox.receiver.drain = false;
      await publish('q', ['later']);
      expect(await count('q')).toBe(1);
      inbox.receiver.add_credit(1);
      await inbox.has(4);
    });

    it('lets thousands pass while one delivery of the same session is held', async () => {
      await declare('held');
      await declare('q');
      await publish('held', ['h']);
      await publish('q', range(3000));
      // The client's own ring of 2,048 deliveries would stall it, were it not made larger.
      const session = client.connection.create_session({ incoming: 8192 });
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
      await declare('q');
      await publish('q', range(2));
      const inbox = await client.inbox('/queues/q', { name: 'same' });
      inbox.receiver.add_credit(1);
      await inbox.has(1);
      inbox.receiver.close();
      await once(inbox.receiver, 'receiver_close');
      const again = await client.inbox('/queues/q', { name: 'same' });
      again.receiver.add_credit(2);
      await again.has(2);
      expect(again.ids).toEqual([0, 1]);
    });
  });

  describe('lost peers', () => {
    it.each(['link', 'session', 'connection', 'socket'])('brings back in order what a lost %s held', async (lost) => {
      await declare('q');
      await publish('q', range(6));
      const peer = await another();
      const inbox = await peer.inbox('/queues/q');
      inbox.receiver.add_credit(4);
      await inbox.has(4);
      inbox.received[1]!.delivery.accept();
      if (lost === 'link') inbox.receiver.close();
      if (lost === 'session') inbox.receiver.session.close();
      if (lost === 'connection') await peer.close();
      if (lost === 'socket') {
        // What is written before the request has come when the request is answered.
        await peer.request('GET', '/queues/q');
        peer.cut();
      }
      await eventually('they wait again', async () => (await count('q')) === 5);
      const next = await client.inbox('/queues/q');
      next.receiver.add_credit(9);
      await next.has(5);
      expect(next.received.map(({ message }) => [message.message_id, message.delivery_count ?? 0])).toEqual([
        [0, 1],
        [2, 1],
        [3, 1],
        [4, 0],
        [5, 0],
      ]);
    });

    it('closes the links of a deleted queue, and leaves the connection alone', async () => {
      await declare('q');
      await publish('q', range(3));
      const inbox = await client.inbox('/queues/q');
      inbox.receiver.add_credit(2);
      await inbox.has(2);
      const closed = once(inbox.receiver, 'receiver_close');
      expect(await client.request('DELETE', '/queues/q')).toMatchObject({ body: { message_count: 1 } });
      await closed;
      expect(inbox.receiver.error).toMatchObject({ condition: 'amqp:resource-deleted' });
      expect(await declare('q')).toMatchObject({ status: '201', body: { message_count: 0 } });
    });

    it('survives garbage on the socket', async () => {
      const socket = createConnection(broker.socketPath);
      socket.on('error', () => undefined);
      socket.write('GET / HTTP/1.1\r\n\r\n');
      await once(socket.resume(), 'close');
      expect(await declare('q')).toMatchObject({ status: '201' });
    });

    it('keeps the connection of a silent client that asked for heartbeats', async () => {
      const silent = await AmqpClient.connect(broker.socketPath, { idle_time_out: 200 });
      clients.push(silent);
      const since = performance.now();
      await eventually('several idle times pass', () => performance.now() - since > 1500);
      expect(silent.connection.is_open()).toBe(true);
    });
  });

  describe('life cycle', () => {
    it('has all messages after a restart, and tells its clients to go', async () => {
      await declare('q');
      await declare('empty');
      await publish('q', range(2500));
      const closed = once(client.connection, 'connection_close');
      await broker.close();
      await closed;
      expect(client.connection.error).toMatchObject({ condition: 'amqp:connection:forced' });
      broker = await EmbeddedBroker.start({ directory });
      client = await another();
      expect([await count('q'), await count('empty')]).toEqual([2500, 0]);
      const inbox = await client.inbox('/queues/q');
      inbox.receiver.add_credit(2000);
      await inbox.has(2000);
      for (const { delivery } of inbox.received) delivery.accept();
      inbox.receiver.add_credit(500);
      await inbox.has(2500);
      expect(inbox.ids).toEqual(range(2500));
    });

    it('lets nobody but its user in', () => {
      expect(statSync(broker.socketPath).mode & 0o777).toBe(0o600);
      expect(broker.uri).toBe(`amqp+unix://${broker.socketPath}`);
    });

    it('refuses a directory in use and a socket path that is too long', async () => {
      await expect(EmbeddedBroker.start({ directory })).rejects.toThrow(
        `The directory ${directory} is in use by process ${process.pid}.`,
      );
      const other = mkdtempSync(join(tmpdir(), 'abaco-broker-'));
      const socketPath = join(other, 'x'.repeat(120));
      await expect(EmbeddedBroker.start({ directory: other, socketPath })).rejects.toThrow(/system allows 107/);
      const second = await EmbeddedBroker.start({ directory: other });
      await second.close();
      rmSync(other, { recursive: true });
    });

    it('closes while clients hang on without a word', async () => {
      const socket = createConnection(broker.socketPath);
      await once(socket, 'connect');
      const closed = once(socket.resume(), 'close');
      await broker.close();
      await closed;
    });
  });
});
