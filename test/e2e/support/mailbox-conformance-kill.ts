import { setTimeout as delay } from 'node:timers/promises';
import { BrokerUnavailable } from '@abaco/mailbox';
import { eventually } from '../../support/eventually.js';
import { ids, type MailboxBed, publishAll } from './mailbox-bed.js';

/** kill -9 of the broker, when the mailboxes are older than `safeAfterMs`. */
export function describeBrokerKill(bed: () => MailboxBed, safeAfterMs: number): void {
  describe('kill -9 of the broker', () => {
    it('keeps messages, clients come back by themselves and consumers go on', async () => {
      const broker = await bed().broker();
      const [stored, consumed, fresh] = [bed().name(), bed().name(), bed().name()];
      const inbox = await bed().inbox(broker, consumed, 1);
      await publishAll(broker, stored, ids(500));
      await delay(safeAfterMs);

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

    it('settles every publication that is under way, and keeps the accepted messages', async () => {
      const broker = await bed().broker();
      const mailbox = bed().name();
      await publishAll(broker, mailbox, ['first']);
      await delay(safeAfterMs);
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
  });
}
