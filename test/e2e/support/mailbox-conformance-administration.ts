import { eventually } from '../../support/eventually.js';
import { ids, type MailboxBed, publishAll } from './mailbox-bed.js';
import { type BrokerTraits } from './mailbox-conformance.js';
import { type MailboxHarness } from './mailbox-harness.js';

/** Depth, purge and delete. */
export function describeMailboxAdministration(bed: () => MailboxBed<MailboxHarness>, traits: BrokerTraits): void {
  describe('administration', () => {
    it('counts the waiting messages without those in hands', async () => {
      const broker = await bed().broker();
      const mailbox = bed().name();
      await publishAll(broker, mailbox, ids(10));
      expect(await broker.depth(mailbox)).toBe(10);
      const inbox = await bed().inbox(broker, mailbox, 4);
      await inbox.at(3);
      await eventually('6 wait', async () => (await broker.depth(mailbox)) === 6);
    });

    it('treats a mailbox that does not exist as empty', async () => {
      const broker = await bed().broker();
      const mailbox = bed().name();
      expect(await broker.depth(mailbox)).toBe(0);
      expect(await broker.purge(mailbox)).toBe(0);
      await broker.delete(mailbox);
    });

    it('purges what waits and leaves what is in hands', async () => {
      const broker = await bed().broker();
      const mailbox = bed().name();
      await publishAll(broker, mailbox, ids(10));
      const inbox = await bed().inbox(broker, mailbox, 1);
      const held = await inbox.at(0);
      await eventually('9 wait', async () => (await broker.depth(mailbox)) === 9);
      expect(await broker.purge(mailbox)).toBe(traits.countsPurged ? 9 : 0);
      expect(await broker.depth(mailbox)).toBe(0);
      held.release();
      inbox.consumer.request();
      expect((await inbox.at(1)).message.id).toBe(held.message.id);
    });

    it('deletes a mailbox with its messages and creates it again at the next use', async () => {
      const broker = await bed().broker();
      const mailbox = bed().name();
      await publishAll(broker, mailbox, ids(3, 'old'));
      await broker.delete(mailbox);
      expect(await broker.depth(mailbox)).toBe(0);
      await publishAll(broker, mailbox, ids(3, 'new'));
      expect(await bed().drain(broker, mailbox, 3)).toEqual(ids(3, 'new'));
    });

    it('closes its own consumers of a mailbox that it deletes', async () => {
      const broker = await bed().broker();
      const [mailbox, other] = [bed().name(), bed().name()];
      const inbox = await bed().inbox(broker, mailbox, 5);
      const bystander = await bed().inbox(broker, other, 5);
      await publishAll(broker, mailbox, ['held']);
      const held = await inbox.at(0);
      await broker.delete(mailbox);
      held.accept();
      inbox.consumer.request();
      await inbox.consumer.close();
      await publishAll(broker, mailbox, ['new']);
      await publishAll(broker, other, ['other']);
      expect((await bystander.at(0)).message.id).toBe('other');
      expect(await bed().drain(broker, mailbox, 1)).toEqual(['new']);
      expect(inbox.ids).toEqual(['held']);
      expect(broker.state).toBe('connected');
    });

    if (traits.returnsUnroutable) {
      it('declares a mailbox again that another client deleted', async () => {
        const [broker, other] = [await bed().broker(), await bed().broker()];
        const mailbox = bed().name();
        await publishAll(broker, mailbox, ['old']);
        await other.delete(mailbox);
        await publishAll(broker, mailbox, ['new']);
        expect(await bed().drain(broker, mailbox, 1)).toEqual(['new']);
      });

      it('attaches consumers again whose mailbox another client deleted', async () => {
        const [broker, other] = [await bed().broker(), await bed().broker()];
        const mailbox = bed().name();
        const inbox = await bed().inbox(broker, mailbox, 2);
        await publishAll(broker, mailbox, ['before']);
        (await inbox.at(0)).accept();
        await other.delete(mailbox);
        await eventually('the message reaches the consumer', async () => {
          await publishAll(other, mailbox, ['after']);
          return inbox.ids.includes('after');
        });
        expect(broker.state).toBe('connected');
      });
    }
  });
}
