import { ids, type MailboxBed, publishAll } from './mailbox-bed.js';
import { type MailboxHarness } from './mailbox-harness.js';

const MAILBOXES = 2_000;
const LINKS_AT_A_TIME = 100;

/** Many messages under way, many mailboxes, many consumers. */
export function describeMailboxScale(bed: () => MailboxBed<MailboxHarness>): void {
  describe('scale', () => {
    it('resolves 2,000 publications made at once and keeps their order', async () => {
      const broker = await bed().broker();
      const mailbox = bed().name();
      await publishAll(broker, mailbox, ids(2_000));
      expect(await broker.depth(mailbox)).toBe(2_000);
      expect(await bed().drain(broker, mailbox, 2_000, 100)).toEqual(ids(2_000));
    });

    it('serves 2,000 mailboxes with a bounded number of links at a time', async () => {
      const broker = await bed().broker();
      const prefix = bed().name();
      const mailboxes = ids(MAILBOXES, prefix);
      await Promise.all(mailboxes.map((mailbox) => publishAll(broker, mailbox, [mailbox])));
      for (let from = 0; from < MAILBOXES; from += LINKS_AT_A_TIME) {
        const batch = mailboxes.slice(from, from + LINKS_AT_A_TIME);
        const got = await Promise.all(batch.map((mailbox) => bed().drain(broker, mailbox, 1, 1)));
        expect(got.flat()).toEqual(batch);
      }
      // Eight at a time: a broker pays for each deletion with a sync to disk.
      const left = [...mailboxes];
      const deleteRest = async (): Promise<void> => {
        for (let mailbox = left.pop(); mailbox; mailbox = left.pop()) await broker.delete(mailbox);
      };
      await Promise.all(Array.from({ length: 8 }, deleteRest));
    }, 120_000);

    it('is not stalled by one message that is held for long', async () => {
      const broker = await bed().broker();
      const [holding, busy] = [bed().name(), bed().name()];
      const holder = await bed().inbox(broker, holding, 1);
      await publishAll(broker, holding, ['held']);
      const held = await holder.at(0);
      await publishAll(broker, busy, ids(3_000));
      expect(await bed().drain(broker, busy, 3_000, 100)).toHaveLength(3_000);
      held.accept();
      await holder.consumer.close();
      expect(await broker.depth(holding)).toBe(0);
    });
  });
}
