import fc from 'fast-check';
import type { Delivery, MailboxBroker } from '@abaco/mailbox';
import { eventually } from '../../support/eventually.js';
import { ids, type MailboxBed, publishAll } from './mailbox-bed.js';
import { type MailboxHarness } from './mailbox-harness.js';

const RUNS = 25;

type Outcome = 'accept' | 'release' | 'reject';

/** How the deliveries of one message end: after each but the last it comes again. */
const outcomes = fc
  .tuple(fc.array(fc.constant<Outcome>('release'), { maxLength: 3 }), fc.constantFrom<Outcome[]>('accept', 'reject'))
  .map(([released, last]) => [...released, last]);

const plans = fc.record({
  messages: fc.array(outcomes, { minLength: 1, maxLength: 25 }),
  consumers: fc.integer({ min: 1, max: 3 }),
  /** Of each consumer. */
  credit: fc.integer({ min: 1, max: 10 }),
  /** So many deliveries are settled in one turn, where so many can come. */
  together: fc.integer({ min: 1, max: 8 }),
});
type Plan = typeof plans extends fc.Arbitrary<infer P> ? P : never;

/** @returns the ids of messages that came again after they had ended */
async function carryOut(plan: Plan, broker: MailboxBroker, mailbox: string): Promise<string[]> {
  const { messages, consumers, credit, together } = plan;
  const names = ids(messages.length);
  /** The outcomes to come, of messages that have not ended. */
  const left = new Map(names.map((id, n) => [id, messages[n]!]));
  const unexpected: string[] = [];
  const held: (() => void)[] = [];

  const settle = (delivery: Delivery): void => {
    const { id } = delivery.message;
    const [outcome, ...later] = left.get(id) ?? [];
    if (!outcome) unexpected.push(id);
    delivery[outcome ?? 'accept']();
    if (later.length > 0) left.set(id, later);
    else left.delete(id);
  };
  const consume = async (): Promise<{ request(n: number): void; close(): Promise<void> }> => {
    const consumer = await broker.consume(mailbox, (delivery) => {
      held.push(() => {
        settle(delivery);
        consumer.request(1);
      });
      if (held.length < Math.min(together, left.size, consumers * credit)) return;
      for (const settleIt of held.splice(0)) settleIt();
    });
    return consumer;
  };

  await publishAll(broker, mailbox, names);
  const consuming = await Promise.all(Array.from({ length: consumers }, consume));
  for (const consumer of consuming) consumer.request(credit);
  await eventually('every message has come to its end', () => left.size === 0);
  await Promise.all(consuming.map((consumer) => consumer.close()));
  return unexpected;
}

/** What becomes of messages that are settled in the same turn, in whatever ways. */
export function describeMailboxSettlement(bed: () => MailboxBed<MailboxHarness>): void {
  describe('settlement', () => {
    it('ends every delivery as it was settled, whatever is settled beside it', async () => {
      const broker = await bed().broker();
      await fc.assert(
        fc.asyncProperty(plans, async (plan) => {
          const mailbox = bed().name();
          expect(await carryOut(plan, broker, mailbox)).toEqual([]);
          await eventually('none is left', async () => (await broker.depth(mailbox)) === 0);
        }),
        { numRuns: RUNS, endOnFailure: true },
      );
    });
  });
}
