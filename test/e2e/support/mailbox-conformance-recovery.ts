import { BrokerUnavailable } from '@abaco/mailbox';
import { eventually } from '../../support/eventually.js';
import { ids, type MailboxBed, publishAll } from './mailbox-bed.js';

/** Lost connections and brokers that are away. */
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
      await publishAll(publisher, mailbox, ['held']);
      await inbox.at(0);
      bed().harness.proxy.cut();
      await eventually('the loss is noticed', () => broker.state === 'connecting');
      await publishAll(publisher, mailbox, ids(4));
      await inbox.at(2);
      // With the held one, which came back, there were 5 for an outstanding credit of 2.
      await eventually('3 wait', async () => (await publisher.depth(mailbox)) === 3);
      expect(inbox.ids).toHaveLength(3);
    });

    it('keeps more consumers than one connection carries, through the loss of all connections', async () => {
      const broker = await bed().broker(bed().harness.proxied);
      const mailboxes = ids(250, bed().name());
      const received = new Map<string, Set<string>>();
      const consumers = await Promise.all(
        mailboxes.map(async (mailbox) => {
          const got = new Set<string>();
          received.set(mailbox, got);
          const consumer = await broker.consume(mailbox, (delivery) => {
            got.add(delivery.message.id);
            delivery.accept();
            consumer.request();
          });
          consumer.request();
          return consumer;
        }),
      );
      expect(bed().harness.proxy.size).toBe(3);
      const allGot = (id: string): Promise<boolean> =>
        eventually(`every consumer got ${id}`, () => [...received.values()].every((got) => got.has(id)));
      await Promise.all(mailboxes.map((mailbox) => publishAll(broker, mailbox, ['first'])));
      await allGot('first');
      bed().harness.proxy.cut();
      await eventually('the loss is noticed', () => broker.state === 'connecting');
      await eventually('the broker is back', () => broker.state === 'connected');
      await Promise.all(mailboxes.map((mailbox) => publishAll(broker, mailbox, ['second'])));
      await allGot('second');
      await Promise.all(consumers.map((consumer) => consumer.close()));
      await eventually('unused connections are closed', () => bed().harness.proxy.size === 2);
    }, 120_000);

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
