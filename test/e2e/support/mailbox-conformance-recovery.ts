import { BrokerUnavailable } from '@abaco/mailbox';
import { eventually } from '../../support/eventually.js';
import { ids, type MailboxBed, publishAll } from './mailbox-bed.js';

/** Lost connections and killed brokers. */
export function describeMailboxRecovery(bed: () => MailboxBed): void {
  describe('recovery', () => {
    it('brings a held message again after its connection was cut, and the old delivery is inert', async () => {
      const broker = await bed().broker(bed().harness.proxied);
      const mailbox = bed().name();
      await publishAll(broker, mailbox, ['m']);
      const inbox = await bed().inbox(broker, mailbox, 1);
      const old = await inbox.at(0);
      bed().harness.proxy.cut();
      await eventually('the loss is noticed', () => broker.state === 'connecting');
      await eventually('the broker is back', () => broker.state === 'connected');
      old.accept();
      inbox.consumer.request();
      const again = await inbox.at(1);
      expect(again.message.id).toBe('m');
      old.reject();
      again.accept();
      await inbox.consumer.close();
      expect(await broker.depth(mailbox)).toBe(0);
    });

    it('issues outstanding credit again on the new connection, and not more', async () => {
      const broker = await bed().broker(bed().harness.proxied);
      const publisher = await bed().broker();
      const mailbox = bed().name();
      const inbox = await bed().inbox(broker, mailbox, 3);
      await publishAll(publisher, mailbox, ['first']);
      (await inbox.at(0)).accept();
      await eventually('it is settled', async () => (await publisher.depth(mailbox)) === 0);
      bed().harness.proxy.cut();
      await eventually('the loss is noticed', () => broker.state === 'connecting');
      await publishAll(publisher, mailbox, ids(5));
      await inbox.at(2);
      await eventually('3 wait', async () => (await publisher.depth(mailbox)) === 3);
      expect(inbox.ids.filter((id) => id !== 'first')).toHaveLength(2);
    });

    it('tells the state of the connection', async () => {
      const broker = bed().unopened(bed().harness.proxied);
      const states: string[] = [broker.state];
      const stopListening = broker.onStateChange((state) => states.push(state));
      await broker.open();
      bed().harness.proxy.cut();
      await eventually('it was lost and is back', () => states.length === 5);
      await broker.close();
      stopListening();
      expect(states).toEqual(['closed', 'connecting', 'connected', 'connecting', 'connected', 'closed']);
      await expect(broker.publish(bed().name(), { id: 'm', body: Buffer.from('m') })).rejects.toThrow(
        BrokerUnavailable,
      );
    });

    it('survives kill -9 of the broker: messages stay, clients come back, consumers go on', async () => {
      const broker = await bed().broker();
      const [stored, consumed, fresh] = [bed().name(), bed().name(), bed().name()];
      const inbox = await bed().inbox(broker, consumed, 1);
      await publishAll(broker, stored, ids(500));

      await bed().harness.kill();
      await eventually('the loss is noticed', () => broker.state === 'connecting');
      const before = performance.now();
      await expect(broker.publish(fresh, { id: 'm', body: Buffer.from('m') })).rejects.toThrow(BrokerUnavailable);
      await expect(broker.consume(fresh, () => undefined)).rejects.toThrow(BrokerUnavailable);
      await expect(broker.depth(fresh)).rejects.toThrow(BrokerUnavailable);
      expect(performance.now() - before).toBeLessThan(1_000);

      await bed().harness.restart();
      await eventually('the broker is back', () => broker.state === 'connected');
      await publishAll(broker, consumed, ['after']);
      expect((await inbox.at(0)).message.id).toBe('after');
      await publishAll(broker, fresh, ['fresh']);
      expect(await bed().drain(broker, fresh, 1)).toEqual(['fresh']);
      expect(await bed().drain(broker, stored, 500)).toEqual(ids(500));
    }, 180_000);

    it('settles every publication that is under way when the broker is killed, and keeps the accepted ones', async () => {
      const broker = await bed().broker();
      const mailbox = bed().name();
      await publishAll(broker, mailbox, ['first']);
      const outcomes = Promise.allSettled(
        ids(2_000).map(async (id) => {
          await broker.publish(mailbox, { id, body: Buffer.alloc(2_000) });
          return id;
        }),
      );
      await bed().harness.kill();
      const settled = await outcomes;
      const failures = settled.filter((outcome) => outcome.status === 'rejected');
      for (const { reason } of failures) expect(reason).toBeInstanceOf(BrokerUnavailable);
      expect(failures.length).toBeGreaterThan(0);

      await bed().harness.restart();
      await eventually('the broker is back', () => broker.state === 'connected');
      const accepted = settled.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
      const depth = await broker.depth(mailbox);
      const kept = new Set(await bed().drain(broker, mailbox, depth));
      expect(accepted.filter((id) => !kept.has(id))).toEqual([]);
    }, 180_000);

    it('fails to open without a broker in time, and connects by itself when there is one', async () => {
      await bed().harness.kill();
      const broker = bed().unopened(bed().harness.options);
      await expect(broker.open(300)).rejects.toThrow(BrokerUnavailable);
      expect(broker.state).toBe('connecting');
      await bed().harness.restart();
      await eventually('it is connected', () => broker.state === 'connected');
    }, 180_000);
  });
}
