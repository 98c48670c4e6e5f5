import { eventually } from '../../support/eventually.js';
import { type MailboxBed, publishAll } from './mailbox-bed.js';
import { type MailboxHarness } from './mailbox-harness.js';

/** Publishers, consumers and their messages do not reach into each other. */
export function describeMailboxIsolation(bed: () => MailboxBed<MailboxHarness>): void {
  describe('isolation', () => {
    it('keeps a stored body as it is, whatever its publisher does to the buffer afterwards', async () => {
      const broker = await bed().broker();
      const mailbox = bed().name();
      const body = Buffer.from('original');
      await broker.publish(mailbox, { id: 'm', body });
      body.fill('x');
      const inbox = await bed().inbox(broker, mailbox, 1);
      expect((await inbox.at(0)).message.body.toString()).toBe('original');
    });

    it('keeps a released body as it was, whatever its consumer did to the buffer', async () => {
      const broker = await bed().broker();
      const mailbox = bed().name();
      await broker.publish(mailbox, { id: 'm', body: Buffer.from('original') });
      const inbox = await bed().inbox(broker, mailbox, 2);
      const first = await inbox.at(0);
      first.message.body.fill('x');
      first.release();
      expect((await inbox.at(1)).message.body.toString()).toBe('original');
    });

    it('never delivers inside a call of its user', async () => {
      const broker = await bed().broker();
      const mailbox = bed().name();
      let calling = false;
      const during: boolean[] = [];
      const consumer = await broker.consume(mailbox, (delivery) => {
        during.push(calling);
        if (during.length === 1) call(() => delivery.release());
        else delivery.accept();
      });
      const call = <T>(operation: () => T): T => {
        calling = true;
        try {
          return operation();
        } finally {
          calling = false;
        }
      };
      await publishAll(broker, mailbox, ['waiting']);
      call(() => consumer.request(3));
      await call(() => publishAll(broker, mailbox, ['new']));
      await eventually('all three deliveries came', () => during.length === 3);
      expect(during).toEqual([false, false, false]);
    });

    it('puts back a message whose handler throws', async () => {
      const broker = await bed().broker();
      const mailbox = bed().name();
      let calls = 0;
      const consumer = await broker.consume(mailbox, () => {
        calls++;
        throw new Error('a defect of the handler');
      });
      consumer.request();
      await publishAll(broker, mailbox, ['m']);
      await eventually('the handler was called', () => calls === 1);
      await eventually('the message is back', async () => (await broker.depth(mailbox)) === 1);
      expect(broker.state).toBe('connected');
    });

    it('lets a handler publish to its own mailbox and close its own consumer', async () => {
      const broker = await bed().broker();
      const mailbox = bed().name();
      const got: string[] = [];
      const consumer = await broker.consume(mailbox, (delivery) => {
        got.push(delivery.message.id);
        if (delivery.message.id === 'last') return void consumer.close();
        delivery.accept();
        void publishAll(broker, mailbox, ['last']);
        consumer.request();
      });
      consumer.request();
      await publishAll(broker, mailbox, ['first']);
      await eventually('it was closed with a message in hands', () => got.length === 2);
      await eventually('that message is back', async () => (await broker.depth(mailbox)) === 1);
      expect(got).toEqual(['first', 'last']);
    });
  });
}
