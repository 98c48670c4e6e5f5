import { type ActorContext, eventually } from './index.js';
import { type Job, createDurableBed, gate, failingAt, pass } from '../test-support/durable-bed.js';

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
