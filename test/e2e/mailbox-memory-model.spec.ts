import fc from 'fast-check';
import { setImmediate as turn } from 'node:timers/promises';
import { memoryHarness } from './support/mailbox-harness.js';
import { CLIENTS, MAILBOXES, MailboxModel, type Reflex } from './support/mailbox-model.js';

const client = fc.nat({ max: CLIENTS - 1 });
const mailbox = fc.constantFrom(...MAILBOXES);
const reflex = fc.constantFrom<Reflex[]>('hold', 'hold', 'accept', 'release', 'reject', 'throw', 'close');
const how = fc.constantFrom('accept' as const, 'release' as const, 'reject' as const);
const n = fc.integer({ min: 1, max: 5 });
const which = fc.nat();

const step = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('publish' as const), client, mailbox }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('consume' as const), client, mailbox, reflex }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('request' as const), which, n }) },
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('settle' as const), which, delivery: which, how }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('turn' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('close' as const), which }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('reconnect' as const), client }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('purge' as const), client, mailbox }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('delete' as const), client, mailbox }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** A step that is about a consumer or a delivery does nothing when there is none yet. */
async function perform(model: MailboxModel, step: Step): Promise<void> {
  const consumer = 'which' in step ? chosen(model.consumers, step.which) : undefined;
  switch (step.kind) {
    case 'publish':
      return model.publish(step.client, step.mailbox);
    case 'consume':
      return void (await model.consume(step.client, step.mailbox, step.reflex));
    case 'request':
      return consumer && model.request(consumer, step.n);
    case 'settle': {
      const delivery = consumer && chosen(consumer.ever, step.delivery);
      return delivery && model.settle(consumer, delivery, step.how);
    }
    case 'turn':
      return turn();
    case 'close':
      return consumer && model.close(consumer);
    case 'reconnect':
      return model.reconnect(step.client);
    case 'purge':
      return model.purge(step.client, step.mailbox);
    case 'delete':
      return model.delete(step.client, step.mailbox);
  }
}

function chosen<T>(of: readonly T[], which: number): T | undefined {
  return of[which % Math.max(1, of.length)];
}

describe('mailboxes in memory, beside a model', () => {
  it('lose nothing, deliver nothing twice that was not put back, and always the oldest first', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 80, size: 'max' }), async (steps) => {
        const harness = await memoryHarness();
        const model = await MailboxModel.open(() => harness.client());
        for (const step of steps) await perform(model, step);
        await model.settleDown();
        await model.drain();
        expect(model.violations).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});
