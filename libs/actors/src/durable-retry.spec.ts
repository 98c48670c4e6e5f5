import { setImmediate } from 'node:timers/promises';
import { type ActorContext, DurableMailboxFailed, type SupervisionStrategy, eventually } from './index.js';
import { type Job, createDurableBed, gate } from '../test-support/durable-bed.js';

const resume: SupervisionStrategy = { decide: () => 'resume' };
type Bed = ReturnType<typeof createDurableBed>;

/** A handler that fails at the names it is told, so often, and a log of what it saw. */
function failingAt(failures: Record<string, number>) {
  const seen: string[] = [];
  const receive = ({ name }: Job) => {
    seen.push(name);
    const left = failures[name] ?? 0;
    failures[name] = left - 1;
    if (left > 0) throw new Error(`${name} failed`);
  };
  return { seen, receive };
}

/** Lets the retries and restarts fall due, one after the other, until the condition holds. */
async function pass({ clock }: Bed, condition: () => boolean): Promise<void> {
  await eventually(() => {
    if (condition()) return true;
    if (clock.nextInMs !== undefined) clock.advance(clock.nextInMs);
    return false;
  });
}

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

describe('A durable message that is put aside', () => {
  const stashing = (handled: string[]) => (context: ActorContext<Job>) => {
    let ready = false;
    return ({ name }: Job) => {
      if (name === 'ready') {
        ready = true;
        context.unstashAll();
      } else if (name === 'fail') throw new Error('no');
      else if (ready) handled.push(name);
      else context.stash();
    };
  };

  it('is accepted when it has been brought back and handled', async () => {
    const { system, spawn, publish, queues, accepted, finish } = createDurableBed();
    const handled: string[] = [];
    const { ref } = spawn(stashing(handled), { credit: 2 });
    await publish('a', 'b', 'c');
    await eventually(() => system.snapshot()[0]?.stashed === 2);
    expect([queues.accepted, queues.held, queues.ids('jobs')]).toEqual([[], 2, ['c']]);
    ref.tell({ name: 'ready' });
    await accepted('a', 'b', 'c');
    expect(handled).toEqual(['a', 'b', 'c']);
    await finish();
  });

  it('survives a restart, and goes back at a stop', async () => {
    const { system, clock, spawn, publish, queues, finish } = createDurableBed();
    const handled: string[] = [];
    const { ref } = spawn(stashing(handled), { credit: 2 });
    await publish('a', 'b');
    await eventually(() => system.snapshot()[0]?.stashed === 2);
    ref.tell({ name: 'fail' });
    await eventually(() => clock.pending === 1);
    clock.advance(100);
    await eventually(() => system.snapshot().some(({ restarts, stashed }) => restarts === 1 && stashed === 2));
    await finish();
    expect([queues.accepted, queues.ids('jobs')]).toEqual([[], ['a', 'b']]);
  });
});

describe('A durable message that is handed on', () => {
  it('is accepted when the other actor has handled it', async () => {
    const { system, spawn, publish, queues, accepted, finish } = createDurableBed();
    const work = gate();
    const seen: string[] = [];
    const other = system.spawn<string>('other', () => async (name) => {
      seen.push(name);
      await work.opened;
    });
    spawn(
      (context) =>
        ({ name }) =>
          context.forward(other, `${name} for you`),
    );
    await publish('a', 'b');
    await eventually(() => seen.length === 1);
    expect(queues.accepted).toEqual([]);
    work.open();
    await accepted('a', 'b');
    expect(seen).toEqual(['a for you', 'b for you']);
    await finish();
  });

  it('comes back to the durable actor when the other one fails or has stopped', async () => {
    const bed = createDurableBed();
    const { seen, receive } = failingAt({ a: 1 });
    const other = bed.system.spawn<Job>('other', (context) => (job) => {
      if (job.name === 'b') context.stop();
      receive(job);
    });
    bed.spawn((context) => (job) => context.forward(other, job), { maxAttempts: 3 });
    await bed.publish('a', 'b', 'c');
    await pass(bed, () => bed.queues.accepted.length === 3);
    expect([bed.queues.accepted, seen]).toEqual([
      ['a', 'b', 'c'],
      ['a', 'a', 'b'],
    ]);
    expect(bed.deadLetters).toEqual([{ path: '/system/worker', message: { name: 'c' }, reason: 'undeliverable' }]);
    await bed.finish();
  });

  it('has no attempt less because it waited in a child when its parent restarted', async () => {
    const bed = createDurableBed();
    const handled: string[] = [];
    let stopsFailing = false;
    const { ref } = bed.spawn(
      (context) => {
        const blocked = gate();
        const child = context.spawn<Job>('child', () => async ({ name }) => {
          if (name === 'blocker') await blocked.opened;
          else handled.push(name);
        });
        context.signal.addEventListener('abort', () => blocked.open());
        if (!stopsFailing) child.tell({ name: 'blocker' });
        return (job) => {
          if (job.name === 'poison') throw new Error('no');
          context.forward(child, job);
        };
      },
      { maxAttempts: 1 },
    );
    const waitsInChild = () =>
      bed.system.snapshot().some(({ path, waiting }) => path.endsWith('/child') && waiting > 0);
    await bed.publish('innocent');
    for (let restarts = 1; restarts <= 3; restarts += 1) {
      await pass(bed, waitsInChild);
      stopsFailing = restarts === 3;
      ref.tell({ name: 'poison' });
      await eventually(() => bed.failures.length === restarts);
    }
    await pass(bed, () => bed.queues.accepted.length === 1);
    expect([handled, bed.queues.ids('jobs.dead')]).toEqual([['innocent'], []]);
    await bed.finish();
  });

  it('is not handled any more after it went back', async () => {
    const { system, spawn, publish, queues, finish } = createDurableBed();
    const work = gate();
    const seen: string[] = [];
    const other = system.spawn<Job>('other', () => async ({ name }) => {
      seen.push(name);
      await work.opened;
    });
    const { ref } = spawn(
      (context) => (job) => {
        if (job.name === 'stop') context.stop();
        else context.forward(other, job);
      },
      { credit: 2 },
    );
    await publish('a', 'b');
    await eventually(() => seen.length === 1 && system.snapshot()[0]?.waiting === 1);
    ref.tell({ name: 'stop' });
    await eventually(() => queues.attached === 0);
    expect(queues.ids('jobs')).toEqual(['a', 'b']);
    other.tell({ name: 'in memory' });
    work.open();
    await eventually(() => seen.includes('in memory'));
    expect([seen, queues.accepted]).toEqual([['a', 'in memory'], []]);
    await finish();
  });
});

describe('A durable message for which there is no room', () => {
  it('waits until there is, and that is no failure', async () => {
    const { system, spawn, publish, accepted, queues, deadLetters, failures, finish } = createDurableBed();
    const work = gate();
    const seen: string[] = [];
    const { ref } = spawn(
      () =>
        async ({ name }) => {
          seen.push(name);
          await work.opened;
        },
      { mailboxCapacity: 1, maxAttempts: 1 },
    );
    ref.tell({ name: 'busy' });
    await eventually(() => seen.length === 1);
    ref.tell({ name: 'waiting' });
    await publish('a');
    await eventually(() => queues.held === 1);
    expect(system.snapshot()[0]?.waiting).toBe(1);
    work.open();
    await accepted('a');
    expect([seen, deadLetters, failures]).toEqual([['busy', 'waiting', 'a'], [], []]);
    await finish();
  });

  it('is tried again when newer messages take its place, or when the actor that it is handed to is full', async () => {
    const { system, clock, spawn, publish, accepted, queues, finish } = createDurableBed();
    const work = gate();
    const seen: string[] = [];
    const other = system.spawn<Job>(
      'other',
      () =>
        async ({ name }) => {
          seen.push(name);
          await work.opened;
        },
      { mailboxCapacity: 1 },
    );
    spawn((context) => (job) => context.forward(other, job), { maxAttempts: 1 });
    other.tell({ name: 'busy' });
    await eventually(() => seen.length === 1);
    other.tell({ name: 'waiting' });
    await publish('a');
    for (const delayMs of [100, 200]) {
      await eventually(() => clock.pending === 1);
      clock.advance(delayMs);
    }
    await eventually(() => clock.pending === 1);
    expect(queues.accepted).toEqual([]);
    work.open();
    await eventually(() => seen.length === 2);
    clock.advance(400);
    await accepted('a');
    await finish();
  });
});
