import { BrokerUnavailable, type MailboxBroker } from '@abaco/mailbox';
import { eventually } from '../../support/eventually.js';
import { ids, type MailboxBed, publishAll } from './mailbox-bed.js';
import { type MailboxHarness } from './mailbox-harness.js';

/** Opening and closing of clients. */
export function describeMailboxLifeCycle(bed: () => MailboxBed<MailboxHarness>): void {
  describe('life cycle', () => {
    it('tells its state from the opening to the end', async () => {
      const broker = bed().unopened();
      const states: string[] = [broker.state];
      broker.onStateChange((state) => states.push(state));
      const unsubscribed: string[] = [];
      broker.onStateChange((state) => unsubscribed.push(state))();
      await broker.open();
      await broker.open();
      expect(broker.state).toBe('connected');
      await broker.close();
      await broker.close();
      expect(states).toEqual(['closed', 'connecting', 'connected', 'closed']);
      expect(unsubscribed).toEqual([]);
    });

    it('goes on when a listener of its state throws', async () => {
      const broker = bed().unopened();
      const states: string[] = [];
      broker.onStateChange(() => {
        throw new Error('a defect of the listener');
      });
      broker.onStateChange((state) => states.push(state));
      await broker.open();
      expect(states).toEqual(['connecting', 'connected']);
    });

    it('does nothing before it is open', async () => {
      await expectUnavailable(bed().unopened(), bed().name());
    });

    it('does nothing after it was closed, and cannot be opened again', async () => {
      const broker = await bed().broker();
      const mailbox = bed().name();
      const inbox = await bed().inbox(broker, mailbox);
      await broker.close();
      await expectUnavailable(broker, mailbox);
      await expect(broker.open()).rejects.toThrow(BrokerUnavailable);
      inbox.consumer.request();
      await inbox.consumer.close();
      expect(broker.state).toBe('closed');
    });

    it('leaves to other clients what it published and what its consumers held', async () => {
      const [broker, other] = [await bed().broker(), await bed().broker()];
      const mailbox = bed().name();
      await publishAll(broker, mailbox, ids(3));
      const inbox = await bed().inbox(broker, mailbox, 2);
      const held = await inbox.at(0);
      await inbox.at(1);
      await broker.close();
      await eventually('all messages are back', async () => (await other.depth(mailbox)) === 3);
      held.accept();
      expect((await bed().drain(other, mailbox, 3)).sort()).toEqual(ids(3));
      expect(await other.depth(mailbox)).toBe(0);
    });

    it('gives nothing to a closed consumer, whatever it still asks for', async () => {
      const broker = await bed().broker();
      const mailbox = bed().name();
      const inbox = await bed().inbox(broker, mailbox, 1);
      await inbox.consumer.close();
      await inbox.consumer.close();
      inbox.consumer.request();
      await publishAll(broker, mailbox, ['m']);
      expect(await bed().drain(broker, mailbox, 1)).toEqual(['m']);
      expect(inbox.ids).toEqual([]);
    });
  });
}

async function expectUnavailable(broker: MailboxBroker, mailbox: string): Promise<void> {
  const attempts = [
    () => broker.publish(mailbox, { id: 'm', body: Buffer.from('m') }),
    () => broker.consume(mailbox, () => undefined),
    () => broker.depth(mailbox),
    () => broker.purge(mailbox),
    () => broker.delete(mailbox),
  ];
  for (const attempt of attempts) await expect(attempt()).rejects.toThrow(BrokerUnavailable);
}
