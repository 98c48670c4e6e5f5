import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import {
  ActorFailed,
  ActorStopped,
  type ReplyTo,
  type Routing,
  consistentHash,
  createTestSystem,
  leastBusy,
  roundRobin,
  router,
} from './index.js';

type Deed = 'reply' | 'wait' | 'fail' | 'stop' | 'stop-and-wait';
interface Job {
  readonly id: number;
  readonly key: string;
  readonly deed: Deed;
  readonly replyTo: ReplyTo<number>;
}
interface Scenario {
  readonly routees: number;
  readonly routing: 'roundRobin' | 'leastBusy' | 'consistentHash';
  readonly replace: boolean;
  readonly jobs: readonly { readonly deed: Deed; readonly key: string; readonly pause: boolean }[];
}

const routings: Record<Scenario['routing'], () => Routing<Job>> = {
  roundRobin,
  leastBusy,
  consistentHash: () => consistentHash<Job>(({ key }) => key),
};
const scenarios: fc.Arbitrary<Scenario> = fc.record({
  routees: fc.integer({ min: 1, max: 4 }),
  routing: fc.constantFrom('roundRobin', 'leastBusy', 'consistentHash'),
  replace: fc.boolean(),
  jobs: fc.array(
    fc.record({
      deed: fc.constantFrom<Deed[]>('reply', 'reply', 'wait', 'fail', 'stop', 'stop-and-wait'),
      key: fc.constantFrom('a', 'b', 'c', 'd'),
      pause: fc.boolean(),
    }),
    { maxLength: 60 },
  ),
});

/** Runs a scenario to its end and says what became of each job. */
async function run({ routees, routing, replace, jobs }: Scenario) {
  const { system, deadLetters } = createTestSystem();
  const handled: Job[] = [];
  const keysInHand: string[] = [];
  const overlaps: string[] = [];
  const handle = async (job: Job) => {
    if (keysInHand.includes(job.key)) overlaps.push(job.key);
    keysInHand.push(job.key);
    if (job.deed.endsWith('wait')) await setImmediate();
    keysInHand.splice(keysInHand.indexOf(job.key), 1);
  };
  const pool = system.spawn<Job>(
    'pool',
    router<Job>({
      routees,
      routing: routings[routing](),
      replace,
      routee: () => (job, context) => {
        handled.push(job);
        if (job.deed === 'fail') throw new Error('failed');
        if (job.deed.startsWith('stop')) context.stop();
        else job.replyTo.reply(job.id);
        return handle(job);
      },
      spawnOptions: { supervision: { backoff: { minMs: 0 } } },
    }),
  );
  const asks: Promise<string>[] = [];
  for (const [id, { key, deed, pause }] of jobs.entries()) {
    const ask = pool.ask<number>((replyTo) => ({ id, key, deed, replyTo }));
    asks.push(
      ask.then(
        (reply) => (reply === id ? 'reply' : 'wrong reply'),
        (error) =>
          error instanceof ActorStopped ? 'stopped' : error instanceof ActorFailed ? 'failed' : String(error),
      ),
    );
    if (pause) await setImmediate();
  }
  // Time stands still, so an ask that nobody owes would hang here.
  const outcomes = await Promise.all(asks);
  await system.stop();
  const lost = deadLetters.map(({ message, reason }) => ({ ...(message as Job), reason }));
  return { handled, overlaps, outcomes, lost };
}

describe('A router with random routees that fail and stop', () => {
  it('handles or reports every message once, and settles every ask', async () => {
    await fc.assert(
      fc.asyncProperty(scenarios, async (scenario) => {
        const { handled, outcomes, lost } = await run(scenario);
        for (const [id, { deed }] of scenario.jobs.entries()) {
          const times = handled.filter((job) => job.id === id).length;
          const reasons = lost.filter((job) => job.id === id).map(({ reason }) => reason);
          const expected = {
            reply: 'reply',
            wait: 'reply',
            fail: 'failed',
            stop: 'stopped',
            'stop-and-wait': 'stopped',
          };
          if (times === 0) expect([outcomes[id], reasons]).toEqual(['stopped', ['stopped']]);
          else expect([outcomes[id], reasons]).toEqual([expected[deed], deed === 'fail' ? ['failed'] : []]);
          expect(times).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  it('handles messages of one key in order and one at a time, when it hashes and replaces', async () => {
    await fc.assert(
      fc.asyncProperty(scenarios, async (scenario) => {
        const { handled, overlaps } = await run({ ...scenario, routing: 'consistentHash', replace: true });
        for (const key of ['a', 'b', 'c', 'd']) {
          const ids = handled.filter((job) => job.key === key).map(({ id }) => id);
          expect(ids).toEqual([...ids].sort((one, other) => one - other));
        }
        expect(overlaps).toEqual([]);
      }),
    );
  });
});
