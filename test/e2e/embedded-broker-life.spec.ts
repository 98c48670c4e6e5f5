import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedBroker } from '@abaco/embedded';
import { eventually } from '../support/eventually.js';
import { EmbeddedBrokerBed, range } from './support/embedded-broker-bed.js';

describe('the life of an embedded broker', () => {
  const bed = new EmbeddedBrokerBed();

  describe('lost peers', () => {
    it.each(['link', 'session', 'connection', 'socket'])('brings back in order what a lost %s held', async (lost) => {
      await bed.declare('q');
      await bed.publish('q', range(6));
      const peer = await bed.another();
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
      await eventually('they wait again', async () => (await bed.count('q')) === 5);
      const next = await bed.client.inbox('/queues/q');
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
      await bed.declare('q');
      await bed.publish('q', range(3));
      const inbox = await bed.client.inbox('/queues/q');
      inbox.receiver.add_credit(2);
      await inbox.has(2);
      const closed = once(inbox.receiver, 'receiver_close');
      expect(await bed.client.request('DELETE', '/queues/q')).toMatchObject({ body: { message_count: 1 } });
      await closed;
      expect(inbox.receiver.error).toMatchObject({ condition: 'amqp:resource-deleted' });
      expect(await bed.declare('q')).toMatchObject({ status: '201', body: { message_count: 0 } });
    });

    it('survives garbage on the socket', async () => {
      const socket = createConnection(bed.broker.socketPath);
      socket.on('error', () => undefined);
      socket.write('GET / HTTP/1.1\r\n\r\n');
      await once(socket.resume(), 'close');
      expect(await bed.declare('q')).toMatchObject({ status: '201' });
    });

    it('keeps the connection of a silent client that asked for heartbeats', async () => {
      const silent = await bed.another({ idle_time_out: 200 });
      const since = performance.now();
      await eventually('several idle times pass', () => performance.now() - since > 1500);
      expect(silent.connection.is_open()).toBe(true);
    });
  });

  describe('life cycle', () => {
    it('has all messages after a restart, and tells its clients to go', async () => {
      await bed.declare('q');
      await bed.declare('empty');
      await bed.publish('q', range(2500));
      const closed = once(bed.client.connection, 'connection_close');
      await bed.broker.close();
      await closed;
      expect(bed.client.connection.error).toMatchObject({ condition: 'amqp:connection:forced' });
      await bed.start();
      expect([await bed.count('q'), await bed.count('empty')]).toEqual([2500, 0]);
      const inbox = await bed.client.inbox('/queues/q');
      inbox.receiver.add_credit(2000);
      await inbox.has(2000);
      for (const { delivery } of inbox.received) delivery.accept();
      inbox.receiver.add_credit(500);
      await inbox.has(2500);
      expect(inbox.ids).toEqual(range(2500));
    });

    it('lets nobody but its user in', () => {
      expect(statSync(bed.broker.socketPath).mode & 0o777).toBe(0o600);
      expect(bed.broker.uri).toBe(`amqp+unix://${bed.broker.socketPath}`);
    });

    it('refuses a directory in use and a socket path that is too long', async () => {
      await expect(EmbeddedBroker.start({ directory: bed.directory })).rejects.toThrow(
        `The directory ${bed.directory} is in use by process ${process.pid}.`,
      );
      const other = mkdtempSync(join(tmpdir(), 'abaco-broker-'));
      const socketPath = join(other, 'x'.repeat(120));
      await expect(EmbeddedBroker.start({ directory: other, socketPath })).rejects.toThrow(/system allows 107/);
      const second = await EmbeddedBroker.start({ directory: other });
      await second.close();
      rmSync(other, { recursive: true });
    });

    it('closes while clients hang on without a word', async () => {
      const socket = createConnection(bed.broker.socketPath);
      await once(socket, 'connect');
      const closed = once(socket.resume(), 'close');
      await bed.broker.close();
      await closed;
    });
  });
});
