import { setImmediate } from 'node:timers/promises';
import { DurableMailboxFailed, type SupervisionStrategy, eventually } from './index.js';
import { type Job, createDurableBed, gate, failingAt, pass } from '../test-support/durable-bed.js';

const resume: SupervisionStrategy = { decide: () => 'resume' };

describe('A durable message whose handler throws', () => {
  it('is tried again after a delay that doubles, and keeps its place', async () => {
    const { spawn, publish, clock, accepted, queues, deadLetters, finish } = createDurableBed();
    const { seen, receive } = failingAt({ a: 4 });
    spawn(() => receive, { supervision: resume, retry: { minMs: 10, maxMs: 40, jitter: 0 } });
    await publish('a', 'b');
    for (const delayMs of [10, 20, 40, 40]) {
      await eventually(() => clock.pending === 1);
      expect([clock.nextInMs, queues.accepted]).toEqual([delayMs, []]);
      clock.advance(delayMs);
    }
    await accepted('a', 'b');
    expect(seen).toEqual(['a', 'a', 'a', 'a', 'a', 'b']);
    expect(deadLetters).toEqual([]);
    await finish();
  });

  it('waits for the restarts of its actor', async () => {
    const bed = createDurableBed();
    const { seen, receive } = failingAt({ a: 2 });
    let starts = 0;
    bed.spawn(() => {
      starts += 1;
      return receive;
    });
    await bed.publish('a', 'b');
    await pass(bed, () => bed.queues.accepted.length === 2);
    expect([starts, seen]).toEqual([3, ['a', 'a', 'a', 'b']]);
    await bed.finish();
  });

  it('is overtaken when the credit is above 1', async () => {
    const { spawn, publish, clock, queues, accepted, finish } = createDurableBed();
    const { receive } = failingAt({ a: 1 });
    spawn(() => receive, { supervision: resume, credit: 2 });
    await publish('a', 'b', 'c');
    await eventually(() => queues.accepted.length === 2);
    clock.advance(100);
    await accepted('b', 'c', 'a');
    await finish();
  });

  it('is decoded anew for each attempt', async () => {
    const bed = createDurableBed();
    const seen: Job[] = [];
    bed.spawn(
      () => (job) => {
        seen.push({ ...job });
        (job as { name: string }).name = 'changed';
        if (seen.length === 1) throw new Error('no');
      },
      { supervision: resume },
    );
    await bed.publish('a');
    await pass(bed, () => bed.queues.accepted.length === 1);
    expect(seen).toEqual([{ name: 'a' }, { name: 'a' }]);
    await bed.finish();
  });

  it('goes to the dead letters after its last attempt, as it was, and the next one is handled', async () => {
    const bed = createDurableBed();
    const { seen, receive } = failingAt({ a: 9 });
    bed.spawn(() => receive, { maxAttempts: 3 });
    const deadWhenAccepted: string[][] = [];
    bed.queues.onAccept = () => deadWhenAccepted.push(bed.queues.ids('jobs.dead'));
    await bed.publish('a', 'b');
    await pass(bed, () => bed.queues.accepted.length === 2);
    expect(seen).toEqual(['a', 'a', 'a', 'b']);
    expect(bed.queues.messages('jobs.dead')).toEqual([{ id: 'a', body: Buffer.from('{"name":"a"}') }]);
    expect(deadWhenAccepted[0]).toEqual(['a']);
    expect(bed.deadLetters).toEqual([{ path: '/system/worker', message: { name: 'a' }, reason: 'undeliverable' }]);
    await bed.finish();
  });

  it('is tried 5 times unless told otherwise', async () => {
    const bed = createDurableBed();
    const { seen, receive } = failingAt({ a: 9 });
    bed.spawn(() => receive);
    await bed.publish('a');
    await pass(bed, () => bed.deadLetters.length === 1);
    expect(seen).toHaveLength(5);
    await bed.finish();
  });

  it('is kept until the dead letters take it', async () => {
    const bed = createDurableBed();
    const { receive } = failingAt({ a: 1 });
    bed.spawn(() => receive, { supervision: resume, maxAttempts: 1, deadLetterMailbox: 'graveyard' });
    await bed.publish('a', 'b');
    bed.queues.failing.publish = 2;
    for (const delayMs of [100, 200]) {
      await eventually(() => bed.clock.pending === 1);
      expect([bed.clock.nextInMs, bed.queues.accepted, bed.deadLetters]).toEqual([delayMs, [], []]);
      bed.clock.advance(delayMs);
    }
    await bed.accepted('a', 'b');
    expect(bed.queues.ids('graveyard')).toEqual(['a']);
    const reported = bed.failures.map(({ error }) => error).filter((error) => error instanceof DurableMailboxFailed);
    expect(reported.map(({ message }) => message)).toEqual(
      Array(2).fill('Mailbox graveyard: publish of message a failed: No publish today'),
    );
    await bed.finish();
  });

  it('goes back when the actor stops before the dead letters have taken it', async () => {
    const bed = createDurableBed();
    const { receive } = failingAt({ a: 1 });
    bed.spawn(() => receive, { supervision: resume, maxAttempts: 1 });
    await bed.publish('a');
    bed.queues.failing.publish = 100;
    await eventually(() => bed.clock.pending === 1);
    await bed.finish();
    expect([bed.queues.ids('jobs'), bed.queues.ids('jobs.dead'), bed.deadLetters]).toEqual([['a'], [], []]);
  });

  it('is no dead letter when the actor stopped while it was on its way there', async () => {
    const { system, spawn, publish, queues, deadLetters } = createDurableBed();
    spawn(() => failingAt({ a: 1 }).receive, { supervision: resume, maxAttempts: 1 });
    const storing = gate();
    const store = queues.publish.bind(queues);
    let ended = false;
    await publish('a');
    queues.publish = async (...args) => {
      await storing.opened;
      await store(...args).finally(() => (ended = true));
    };
    await eventually(() => queues.held === 1);
    await system.stop();
    storing.open();
    await eventually(() => ended);
    await setImmediate();
    expect([queues.ids('jobs'), queues.ids('jobs.dead'), deadLetters]).toEqual([['a'], ['a'], []]);
  });
});

describe('A durable message that cannot be decoded', () => {
  it('goes to the dead letters at once, and its actor never sees it', async () => {
    const { spawn, publish, queues, accepted, deadLetters, failures, finish } = createDurableBed();
    const seen: string[] = [];
    spawn(
      () =>
        ({ name }) =>
          void seen.push(name),
    );
    await queues.publish('jobs', { id: 'broken', body: Buffer.from('{') });
    await publish('a');
    await accepted('broken', 'a');
    const message = { id: 'broken', body: Buffer.from('{') };
    expect(queues.messages('jobs.dead')).toEqual([message]);
    expect([seen, deadLetters]).toEqual([['a'], [{ path: '/system/worker', message, reason: 'undeliverable' }]]);
    expect(failures).toMatchObject([{ directive: 'resume', error: { operation: 'decode', messageId: 'broken' } }]);
    await finish();
  });
});
