import { ActorSystem, type DeadLetter, type DurableOptions, type DurableQueues, spawnDurable } from '@abaco/actors';
import { type MailboxBroker } from '@abaco/mailbox';
import { eventually } from '../support/eventually.js';
import { ids, MailboxBed } from './support/mailbox-bed.js';
import { embeddedHarness, type MailboxHarness, memoryHarness, rabbitMqHarness } from './support/mailbox-harness.js';

interface Job {
  readonly n: number;
}

/** Checked by the compiler: every `MailboxBroker` is what durable actors need. Nothing here runs. */
export function whatCompiles(broker: MailboxBroker): DurableQueues {
  return broker;
}

/** An actor system whose time is real, and what it reports. */
function startActors() {
  const deadLetters: DeadLetter[] = [];
  const failures: Error[] = [];
  const system = new ActorSystem({
    observer: { deadLetter: (letter) => deadLetters.push(letter), failed: ({ error }) => failures.push(error) },
  });
  return {
    system,
    deadLetters,
    failures,
    /** A worker that resumes after failures. */
    spawn: (handle: (job: Job) => void | Promise<void>, options: DurableOptions<Job>) =>
      spawnDurable<Job>(system, 'worker', () => handle, {
        supervision: { decide: () => 'resume' },
        retry: { minMs: 1, maxMs: 20 },
        ...options,
      }),
  };
}

/** Each number once, in the order of their first time. */
const firsts = (numbers: readonly number[]): number[] => [...new Set(numbers)];
const range = (count: number): number[] => ids(count).map((_, n) => n);

describe.each<[string, () => Promise<MailboxHarness>]>([
  ['in memory', memoryHarness],
  ['on the embedded broker', embeddedHarness],
  ['on RabbitMQ 3', () => rabbitMqHarness('rabbitmq3')],
])('Durable actors %s', (_name, makeHarness) => {
  let harness: MailboxHarness | undefined;
  let bed: MailboxBed<MailboxHarness>;

  beforeAll(async () => {
    harness = await makeHarness();
    bed = new MailboxBed(harness);
  }, 120_000);
  afterEach(() => bed.close());
  afterAll(() => harness?.stop());

  it('handle what was sent, in order, and leave nothing behind', async () => {
    const [queues, mailbox] = [await bed.broker(), bed.name()];
    const { system, spawn } = startActors();
    const seen: number[] = [];
    const ref = spawn(({ n }) => void seen.push(n), { queues, mailbox });
    for (const n of range(100)) await ref.send({ n });
    await eventually('all are handled', () => seen.length === 100);
    await system.stop();
    expect(seen).toEqual(range(100));
    expect(await queues.depth(mailbox)).toBe(0);
  });

  it('keep the order over retries, and bury what fails for good, as it was', async () => {
    const [queues, mailbox] = [await bed.broker(), bed.name()];
    const { system, spawn, deadLetters } = startActors();
    const attempts: number[] = [];
    const ref = spawn(
      ({ n }) => {
        attempts.push(n);
        if (n === 1 || (n === 2 && attempts.length < 6)) throw new Error(`no ${n}`);
      },
      { queues, mailbox, maxAttempts: 3 },
    );
    for (const n of range(4)) await ref.send({ n }, { id: `job-${n}` });
    await eventually('the last is handled', () => attempts.includes(3));
    await system.stop();
    expect(attempts).toEqual([0, 1, 1, 1, 2, 2, 3]);
    expect(deadLetters).toEqual([{ path: '/system/worker', message: { n: 1 }, reason: 'undeliverable' }]);
    const dead = await bed.inbox(queues, `${mailbox}.dead`, 1);
    expect((await dead.at(0)).message).toEqual({ id: 'job-1', body: Buffer.from('{"n":1}') });
    expect(await queues.depth(mailbox)).toBe(0);
  });

  it('that stop give back what they have not handled, and the next one goes on with it', async () => {
    const [queues, mailbox] = [await bed.broker(), bed.name()];
    const first = startActors();
    const seen: number[] = [];
    let finish = (): void => undefined;
    const ref = first.spawn(
      ({ n }) => {
        seen.push(n);
        return new Promise<void>((resolve) => (finish = resolve));
      },
      { queues, mailbox, credit: 3 },
    );
    for (const n of range(6)) await ref.send({ n });
    await eventually(
      'the first is being handled, two wait',
      () => seen.length === 1 && first.system.snapshot()[0]?.waiting === 2,
    );
    const stopped = first.system.stop();
    finish();
    await stopped;
    await eventually('the others are back', async () => (await queues.depth(mailbox)) === 5);

    const second = startActors();
    second.spawn(({ n }) => void seen.push(n), { queues, mailbox });
    await eventually('all are handled', () => seen.length === 6);
    await second.system.stop();
    expect(seen).toEqual(range(6));
  });

  it('that start before their broker can be reached get going when it can', async () => {
    const [queues, mailbox] = [bed.unopened(), bed.name()];
    const { system, spawn, failures } = startActors();
    const seen: number[] = [];
    const ref = spawn(({ n }) => void seen.push(n), { queues, mailbox });
    await eventually('it has tried', () => failures.length >= 2);
    await expect(ref.send({ n: 0 })).rejects.toThrow();
    await queues.open();
    await ref.send({ n: 1 });
    await eventually('it is handled', () => seen.length === 1);
    await system.stop();
    expect(seen).toEqual([1]);
  });
});

describe('Durable actors and kill -9 of the broker', () => {
  let harness: Awaited<ReturnType<typeof embeddedHarness>> | undefined;
  let bed: MailboxBed;

  beforeAll(async () => {
    harness = await embeddedHarness();
    bed = new MailboxBed(harness);
  }, 120_000);
  afterEach(() => bed.close());
  afterAll(() => harness?.stop());

  it.each([1, 10])(
    'handle or bury everything that was accepted (credit %i)',
    async (credit) => {
      const [queues, mailbox] = [await bed.broker(), bed.name()];
      const { system, spawn, deadLetters } = startActors();
      let losses = 0;
      queues.onStateChange((state) => (losses += state === 'connecting' ? 1 : 0));
      const seen: number[] = [];
      const failed = new Set<number>();
      const ref = spawn(
        async ({ n }) => {
          await new Promise((resolve) => setImmediate(resolve));
          if (n % 50 === 7) throw new Error('never');
          if (n % 10 === 3 && !failed.has(n)) {
            failed.add(n);
            throw new Error('not yet');
          }
          seen.push(n);
        },
        { queues, mailbox, credit, maxAttempts: 3 },
      );

      const accepted: number[] = [];
      const sendAll = async (): Promise<void> => {
        for (let n = 0; accepted.length < 1_000; n += 1) {
          try {
            await ref.send({ n }, { id: `job-${n}` });
            accepted.push(n);
          } catch {
            // Stored or not: only what was accepted is owed.
            await eventually('the broker is back', () => queues.state === 'connected');
          }
        }
      };
      const sending = sendAll();
      for (const kills of [1, 2]) {
        await eventually('messages are being handled', () => seen.length >= kills * 200);
        await harness?.kill();
        await harness?.restart();
      }
      await sending;
      const reported = (): number[] => deadLetters.map(({ message }) => (message as Job).n);
      await eventually('everything is done', () => {
        const done = new Set([...seen, ...reported()]);
        return accepted.every((n) => done.has(n));
      });
      await eventually('nothing is left', async () => (await queues.depth(mailbox)) === 0);
      await system.stop();

      expect(losses).toBeGreaterThanOrEqual(2);
      const graveyard = `${mailbox}.dead`;
      const buried = new Set(await bed.drain(queues, graveyard, await queues.depth(graveyard)));
      expect(reported().filter((n) => !buried.has(`job-${n}`))).toEqual([]);
      if (credit === 1) expect(firsts(seen)).toEqual(firsts(seen).sort((a, b) => a - b));
    },
    180_000,
  );
});
