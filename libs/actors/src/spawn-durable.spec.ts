import { DurableMailboxFailed, type ReplyTo, eventually, spawnDurable } from './index.js';
import { type Job, createDurableBed, gate } from '../test-support/durable-bed.js';

describe('A durable actor', () => {
  it('handles what was sent before and after its start, in order', async () => {
    const { spawn, publish, accepted, finish } = createDurableBed();
    await publish('before');
    const seen: string[] = [];
    const ref = spawn(
      () =>
        ({ name }) =>
          void seen.push(name),
    );
    await accepted('before');
    await ref.send({ name: 'after' }, { id: 'after' });
    await ref.send({ name: 'last' }, { id: 'last' });
    await accepted('before', 'after', 'last');
    expect(seen).toEqual(['before', 'after', 'last']);
    await finish();
  });

  it('accepts a message when its handler has resolved, not before, and only then takes the next', async () => {
    const { spawn, publish, accepted, queues, finish } = createDurableBed();
    const work = gate();
    const seen: string[] = [];
    spawn(() => async ({ name }) => {
      seen.push(name);
      await work.opened;
    });
    await publish('a', 'b');
    await eventually(() => seen.length === 1);
    expect([queues.accepted, queues.held, queues.ids('jobs')]).toEqual([[], 1, ['b']]);
    work.open();
    await accepted('a', 'b');
    await finish();
  });

  it('takes as many messages at a time as its credit allows', async () => {
    const { spawn, publish, accepted, queues, finish } = createDurableBed();
    const work = gate();
    spawn(() => () => work.opened, { credit: 3 });
    await publish('a', 'b', 'c', 'd');
    await eventually(() => queues.held === 3);
    expect(queues.ids('jobs')).toEqual(['d']);
    work.open();
    await accepted('a', 'b', 'c', 'd');
    await finish();
  });

  it('takes messages in memory, too, and answers asks', async () => {
    const { system, queues, publish, accepted, finish } = createDurableBed();
    type Protocol = Job | { type: 'count'; replyTo: ReplyTo<number> };
    let count = 0;
    const durable = spawnDurable<Protocol>(
      system,
      'counter',
      () => (message) => {
        if ('name' in message) count += 1;
        else message.replyTo.reply(count);
      },
      { queues, mailbox: 'jobs' },
    );
    await publish('a');
    await accepted('a');
    durable.ref.tell({ name: 'in memory' });
    expect(await durable.ref.ask({ type: 'count' })).toBe(2);
    expect([durable.path, durable.mailbox, JSON.stringify({ durable })]).toEqual([
      '/system/counter',
      'jobs',
      '{"durable":"/system/counter"}',
    ]);
    await finish();
  });

  it('may become another behavior', async () => {
    const { spawn, publish, accepted, finish } = createDurableBed();
    const seen: string[] = [];
    spawn(() => () => ({ receive: ({ name }) => void seen.push(name) }));
    await publish('a', 'b');
    await accepted('a', 'b');
    expect(seen).toEqual(['b']);
    await finish();
  });

  it('consumes only once its factory has succeeded', async () => {
    const { spawn, publish, accepted, queues, faults, clock, finish } = createDurableBed();
    await publish('a');
    faults.failStart('/system/worker');
    const start = gate();
    spawn(async () => {
      await start.opened;
      return () => {};
    });
    await eventually(() => clock.pending === 1);
    clock.advance(100);
    await eventually(() => faults.unused.length === 0);
    expect([queues.attached, queues.ids('jobs')]).toEqual([0, ['a']]);
    start.open();
    await accepted('a');
    await finish();
  });

  it('goes on trying while the broker cannot be reached, and reports it', async () => {
    const { spawn, publish, accepted, queues, clock, failures, finish } = createDurableBed();
    queues.failing.consume = 3;
    await publish('a');
    spawn(() => () => {});
    for (const delayMs of [100, 200, 400]) {
      await eventually(() => clock.pending === 1);
      expect(clock.nextInMs).toBe(delayMs);
      clock.advance(delayMs);
    }
    await accepted('a');
    expect(failures.map(({ path, directive }) => [path, directive])).toEqual(
      Array(3).fill(['/system/worker', 'resume']),
    );
    expect(failures[0]!.error).toBeInstanceOf(DurableMailboxFailed);
    expect(failures[0]!.error).toMatchObject({
      mailbox: 'jobs',
      operation: 'consume',
      cause: new Error('No consume today'),
    });
    await finish();
  });

  it('gets again what it had in hands when the connection is lost; settling it late means nothing', async () => {
    const { spawn, publish, accepted, queues, finish } = createDurableBed();
    const work = gate();
    const seen: string[] = [];
    spawn(() => async ({ name }) => {
      seen.push(name);
      await work.opened;
    });
    await publish('a', 'b');
    await eventually(() => seen.length === 1);
    queues.hiccup();
    expect(queues.ids('jobs')).toEqual(['a', 'b']);
    work.open();
    await accepted('a', 'b');
    expect(seen).toEqual(['a', 'a', 'b']);
    await finish();
  });

  it('is a child like any other: it stops with its parent', async () => {
    const { system, queues, publish, accepted, finish } = createDurableBed();
    const parent = system.spawn<'stop'>('parent', (context) => {
      spawnDurable<Job>(context, 'worker', () => () => {}, { queues, mailbox: 'jobs' });
      return () => context.stop();
    });
    await publish('a');
    await accepted('a');
    parent.tell('stop');
    await eventually(() => queues.attached === 0 && system.snapshot().length === 0);
    await finish();
  });

  it('does not start twice under one name', async () => {
    const { spawn, finish } = createDurableBed();
    spawn(() => () => {});
    expect(() => spawn(() => () => {})).toThrow('There is a living actor at /system/worker');
    await finish();
  });
});
