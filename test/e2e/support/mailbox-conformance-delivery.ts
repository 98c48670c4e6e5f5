import { InvalidMailboxMessage, InvalidMailboxName } from '@abaco/mailbox';
import { eventually } from '../../support/eventually.js';
import { ids, type MailboxBed, publishAll } from './mailbox-bed.js';
import { type MailboxHarness } from './mailbox-harness.js';

/** Publishing, credit, order and the three outcomes. */
export function describeMailboxDelivery(bed: () => MailboxBed<MailboxHarness>): void {
  describe('delivery', () => {
    it('brings ids and bodies byte by byte', async () => {
      const broker = await bed().broker();
      const mailbox = bed().name();
      const everyByte = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
      const messages = [
        { id: 'plain', body: everyByte },
        { id: 'ünï-✓-😀', body: Buffer.from([0]) },
        { id: 'control \u0000\u0001\n\t"\\', body: Buffer.from('\r\n\r\n') },
        { id: '12345', body: Buffer.from('12345') },
        { id: 'x'.repeat(255), body: Buffer.alloc(0) },
      ];
      for (const message of messages) await broker.publish(mailbox, message);
      const inbox = await bed().inbox(broker, mailbox, messages.length);
      await inbox.at(messages.length - 1);
      expect(inbox.deliveries.map(({ message }) => message)).toEqual(messages);
    });

    it('brings a body of 1 MiB and refuses a larger one', async () => {
      const broker = await bed().broker();
      const mailbox = bed().name();
      const body = Buffer.alloc(1024 * 1024, 'abc\u0000');
      await broker.publish(mailbox, { id: 'large', body });
      const inbox = await bed().inbox(broker, mailbox, 1);
      expect((await inbox.at(0)).message.body.equals(body)).toBe(true);
      const larger = { id: 'larger', body: Buffer.alloc(body.length + 1) };
      await expect(broker.publish(mailbox, larger)).rejects.toThrow(InvalidMailboxMessage);
    });

    it('takes every name that it promises and no other', async () => {
      const broker = await bed().broker();
      const longest = `A-z0_9.${'n'.repeat(193)}`;
      await broker.publish(longest, { id: 'm', body: Buffer.from('m') });
      expect(await broker.depth(longest)).toBe(1);
      await broker.delete(longest);
      for (const bad of ['', 'a/b', 'a b', 'ä', `${longest}n`, 'a\n', '%41']) {
        await expect(broker.publish(bad, { id: 'm', body: Buffer.from('m') })).rejects.toThrow(InvalidMailboxName);
        await expect(broker.consume(bad, () => undefined)).rejects.toThrow(InvalidMailboxName);
        await expect(broker.delete(bad)).rejects.toThrow(InvalidMailboxName);
      }
    });

    it('delivers exactly as many messages as credit was given', async () => {
      const broker = await bed().broker();
      const mailbox = bed().name();
      await publishAll(broker, mailbox, ids(20));
      const inbox = await bed().inbox(broker, mailbox);
      expect(await broker.depth(mailbox)).toBe(20);
      for (const [given, total] of [
        [1, 1],
        [1, 2],
        [5, 7],
      ] as const) {
        inbox.consumer.request(given);
        await inbox.at(total - 1);
        // The broker counts what it still has: an extra message on its way would be missing here.
        await eventually('the depth is what is left', async () => (await broker.depth(mailbox)) === 20 - total);
        expect(inbox.deliveries).toHaveLength(total);
      }
    });

    it.each([1, 10, 100])('keeps the order with credit %i', async (credit) => {
      const broker = await bed().broker();
      const mailbox = bed().name();
      await publishAll(broker, mailbox, ids(300));
      expect(await bed().drain(broker, mailbox, 300, credit)).toEqual(ids(300));
    });

    it('forgets an accepted message, brings a released one again and drops a rejected one', async () => {
      const broker = await bed().broker();
      const mailbox = bed().name();
      await publishAll(broker, mailbox, ['accepted', 'released', 'rejected', 'last']);
      const inbox = await bed().inbox(broker, mailbox, 1);
      (await inbox.at(0)).accept();
      inbox.consumer.request();
      (await inbox.at(1)).release();
      await eventually('it is back', async () => (await broker.depth(mailbox)) === 3);
      inbox.consumer.request();
      const again = await inbox.at(2);
      again.accept();
      inbox.consumer.request();
      (await inbox.at(3)).reject();
      inbox.consumer.request();
      (await inbox.at(4)).accept();
      expect(inbox.ids).toEqual(['accepted', 'released', 'released', 'rejected', 'last']);
      await inbox.consumer.close();
      expect(await broker.depth(mailbox)).toBe(0);
    });

    it('lets only the first settlement of a delivery count', async () => {
      const broker = await bed().broker();
      const mailbox = bed().name();
      await publishAll(broker, mailbox, ['once']);
      const inbox = await bed().inbox(broker, mailbox, 2);
      const delivery = await inbox.at(0);
      delivery.accept();
      delivery.release();
      delivery.reject();
      await inbox.consumer.close();
      expect(await broker.depth(mailbox)).toBe(0);
      expect(inbox.ids).toEqual(['once']);
    });

    it('puts back what a closed consumer held', async () => {
      const broker = await bed().broker();
      const mailbox = bed().name();
      await publishAll(broker, mailbox, ids(5));
      const inbox = await bed().inbox(broker, mailbox, 3);
      await inbox.at(2);
      await inbox.consumer.close();
      await eventually('all messages are back', async () => (await broker.depth(mailbox)) === 5);
      expect((await bed().drain(broker, mailbox, 5)).sort()).toEqual(ids(5));
    });

    it('shares a mailbox between competing consumers, each message to one of them', async () => {
      const [one, two] = [await bed().broker(), await bed().broker()];
      const mailbox = bed().name();
      const inboxes = [
        await bed().inbox(one, mailbox, 100),
        await bed().inbox(one, mailbox, 100),
        await bed().inbox(two, mailbox, 100),
      ];
      await publishAll(one, mailbox, ids(150));
      await eventually('all are delivered', () => inboxes.flatMap((inbox) => inbox.ids).length === 150);
      expect(inboxes.flatMap((inbox) => inbox.ids).sort()).toEqual(ids(150).sort());
      for (const inbox of inboxes) expect(inbox.ids.length).toBeGreaterThan(0);
    });
  });
}
