import fc from 'fast-check';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MessageQueue, Outcome, QueueConsumer } from './message-queue.js';
import { QueueRegistry } from './queue-registry.js';
import { QueueStore } from './queue-store.js';

/** Takes messages while it has credit, and keeps the order in which they came. */
class FakeConsumer implements QueueConsumer {
  credit = 0;
  deleted = false;
  readonly inHand: { position: number; text: string; failures: number }[] = [];

  constructor(private readonly onDelivery: (text: string, failures: number) => void = () => undefined) {}

  ready(): boolean {
    return this.credit > 0;
  }

  deliver(position: number, raw: Buffer, failures: number): void {
    this.credit--;
    this.inHand.push({ position, text: raw.toString(), failures });
    this.onDelivery(raw.toString(), failures);
  }

  queueDeleted(): void {
    this.deleted = true;
  }

  get texts(): string[] {
    return this.inHand.map(({ text }) => text);
  }
}

/** A queue in a store of its own, which can be closed and opened again. */
class Bed {
  readonly directory = mkdtempSync(join(tmpdir(), 'abaco-queue-'));
  store!: QueueStore;
  queue!: MessageQueue;

  async open(): Promise<void> {
    this.store = QueueStore.open(this.directory, 'process');
    this.queue = (await new QueueRegistry(this.store).declare('q')).queue;
  }

  async restart(): Promise<void> {
    await this.store.close();
    await this.open();
  }

  async close(): Promise<void> {
    await this.store.close();
    rmSync(this.directory, { recursive: true });
  }

  publish(...texts: string[]): Promise<unknown> {
    return Promise.all(texts.map((text) => this.queue.append(Buffer.from(text))));
  }

  consumer(credit: number): FakeConsumer {
    const consumer = new FakeConsumer();
    consumer.credit = credit;
    this.queue.subscribe(consumer);
    return consumer;
  }
}

describe('MessageQueue', () => {
  let bed: Bed;
  beforeEach(async () => {
    bed = new Bed();
    await bed.open();
  });
  afterEach(() => bed.close());

  it('shares its messages among the consumers that are ready, in turn', async () => {
    const [one, two, idle] = [bed.consumer(10), bed.consumer(10), bed.consumer(0)];
    await bed.publish('a', 'b', 'c', 'd');
    expect([one.texts.length, two.texts.length, idle.texts.length]).toEqual([2, 2, 0]);
  });

  it.each([
    ['accepted', [], 0],
    ['rejected', [], 0],
    ['released', ['a'], 0],
    ['failed', ['a'], 1],
  ] as [Outcome, string[], number][])(
    'after %s brings %p again, with %i more failures',
    async (outcome, again, failures) => {
      const consumer = bed.consumer(1);
      await bed.publish('a');
      await bed.queue.settle(consumer, 1, outcome);
      await bed.restart();
      const next = bed.consumer(9);
      expect(next.texts).toEqual(again);
      expect(next.inHand.every((message) => message.failures === failures)).toBe(true);
    },
  );

  it('takes what a lost consumer held back to the front, in order, as failed', async () => {
    const lost = bed.consumer(3);
    await bed.publish('a', 'b', 'c', 'd');
    bed.queue.unsubscribe(lost);
    const next = bed.consumer(9);
    expect(next.inHand.map(({ text, failures }) => [text, failures])).toEqual([
      ['a', 1],
      ['b', 1],
      ['c', 1],
      ['d', 0],
    ]);
  });

  it('ignores a settlement by anyone but the holder', async () => {
    const [holder, other] = [bed.consumer(1), bed.consumer(0)];
    await bed.publish('a');
    await bed.queue.settle(other, 1, 'accepted');
    bed.queue.unsubscribe(holder);
    expect(bed.queue.messageCount).toBe(1);
  });

  it('purges what waits and leaves what is in hands', async () => {
    const holder = bed.consumer(1);
    await bed.publish('held', 'b', 'c');
    expect(await bed.queue.purge()).toBe(2);
    await bed.queue.settle(holder, 1, 'released');
    await bed.restart();
    expect(bed.consumer(9).texts).toEqual(['held']);
  });

  it('tells its consumers when it is deleted, and is empty when declared again', async () => {
    const holder = bed.consumer(1);
    await bed.publish('held', 'b');
    expect(await bed.queue.delete()).toBe(1);
    expect(holder.deleted).toBe(true);
    await bed.restart();
    expect(bed.consumer(9).texts).toEqual([]);
  });
});

const CONSUMERS = 3;
const anyStep = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('publish' as const), count: fc.integer({ min: 1, max: 5 }) }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('credit' as const), count: fc.integer({ min: 1, max: 4 }) }) },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constantFrom<Outcome>('accepted', 'released', 'rejected', 'failed'),
      count: fc.nat({ max: 5 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom('disconnect' as const, 'purge' as const, 'restart' as const),
      count: fc.constant(0),
    }),
  },
);
const anySteps = fc.array(fc.tuple(anyStep, fc.nat({ max: CONSUMERS - 1 })), { minLength: 5, maxLength: 60 });

/** What the queue should hold: every message that is not done with, in order, with its failures and holder. */
interface Expected {
  readonly text: string;
  failures: number;
  holder: FakeConsumer | undefined;
}

describe('MessageQueue against a model', () => {
  it('loses nothing, delivers to one at a time, in order, within credit, whatever happens', async () => {
    await fc.assert(fc.asyncProperty(anySteps, runAgainstModel), { numRuns: 60 });
  }, 120_000);
});

async function runAgainstModel(steps: [{ kind: string; count: number }, number][]): Promise<void> {
  const bed = new Bed();
  await bed.open();
  let model: Expected[] = [];
  let published = 0;
  const connect = () => {
    const consumer: FakeConsumer = new FakeConsumer((text, failures) => {
      const firstWaiting = model.find(({ holder }) => !holder);
      expect({ text, failures }).toEqual({ text: firstWaiting?.text, failures: firstWaiting?.failures });
      expect(consumer.credit).toBeGreaterThanOrEqual(0);
      firstWaiting!.holder = consumer;
    });
    bed.queue.subscribe(consumer);
    return consumer;
  };
  let consumers = Array.from({ length: CONSUMERS }, connect);
  for (const [{ kind, count }, which] of steps) {
    const consumer = consumers[which]!;
    switch (kind) {
      case 'publish': {
        const added = Array.from({ length: count }, () => `m${++published}`);
        model.push(...added.map((text) => ({ text, failures: 0, holder: undefined })));
        await bed.publish(...added);
        break;
      }
      case 'credit':
        consumer.credit += count;
        bed.queue.pump();
        break;
      case 'disconnect':
        for (const held of model.filter(({ holder }) => holder === consumer)) {
          held.holder = undefined;
          held.failures++;
        }
        bed.queue.unsubscribe(consumer);
        consumers[which] = connect();
        break;
      case 'purge':
        expect(await bed.queue.purge()).toBe(model.filter(({ holder }) => !holder).length);
        model = model.filter(({ holder }) => holder);
        break;
      case 'restart':
        for (const held of model) held.holder = undefined;
        await bed.restart();
        consumers = Array.from({ length: CONSUMERS }, connect);
        break;
      default: {
        const [message] = consumer.inHand.splice(count % Math.max(1, consumer.inHand.length), 1);
        if (!message) break;
        const held = model.find(({ text }) => text === message.text)!;
        held.holder = undefined;
        if (kind === 'failed') held.failures++;
        if (kind === 'accepted' || kind === 'rejected') model = model.filter((other) => other !== held);
        await bed.queue.settle(consumer, message.position, kind as Outcome);
      }
    }
    const waiting = model.filter(({ holder }) => !holder).length;
    expect(bed.queue.messageCount).toBe(waiting);
    if (waiting > 0) expect(consumers.every(({ credit }) => credit === 0)).toBe(true);
  }
  for (const held of model) held.holder = undefined;
  await bed.restart();
  const last = connect();
  last.credit = Infinity;
  bed.queue.pump();
  expect(last.inHand.map(({ text, failures }) => [text, failures])).toEqual(
    model.map(({ text, failures }) => [text, failures]),
  );
  await bed.close();
}
