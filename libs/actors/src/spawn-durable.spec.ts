import { setImmediate } from 'node:timers/promises';
import {
  ActorStopped,
  type DurableDelivery,
  DurableMailboxFailed,
  type ReplyTo,
  eventually,
  spawnDurable,
} from './index.js';
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

describe('A durable actor that stops', () => {
  it('finishes its current message, gives back the others, and is gone when the consumer is', async () => {
    const { system, spawn, publish, queues, deadLetters } = createDurableBed();
    const work = gate();
    let busy = false;
    let attachedInPostStop: number | undefined;
    spawn(
      () => ({
        receive: () => {
          busy = true;
          return work.opened;
        },
        postStop: () => void (attachedInPostStop = queues.attached),
      }),
      { credit: 3, maxAttempts: 1 },
    );
    await publish('a', 'b', 'c', 'd');
    await eventually(() => busy && queues.held === 3);
    const stopped = system.stop();
    work.open();
    await stopped;
    expect([queues.accepted, queues.ids('jobs'), queues.attached]).toEqual([['a'], ['b', 'c', 'd'], 0]);
    expect(attachedInPostStop).toBe(1);
    // They are not lost, so they are no dead letters.
    expect(deadLetters).toEqual([]);
  });

  it('takes nothing more, and waits until its consumer is closed', async () => {
    const { system, spawn, publish, accepted, queues } = createDurableBed();
    const [work, postStop, closing] = [gate(), gate(), gate()];
    const closeConsumer = queues.closeConsumer.bind(queues);
    queues.closeConsumer = async (consumer) => {
      await closing.opened;
      await closeConsumer(consumer);
    };
    spawn(() => ({ receive: () => work.opened, postStop: () => postStop.opened }));
    await publish('a', 'b');
    await eventually(() => queues.held === 1);
    let gone = false;
    const stopped = system.stop().then(() => (gone = true));
    work.open();
    await accepted('a');
    for (let turn = 0; turn < 3; turn += 1) await setImmediate();
    expect([queues.held, queues.ids('jobs')]).toEqual([0, ['b']]);
    postStop.open();
    for (let turn = 0; turn < 3; turn += 1) await setImmediate();
    expect(gone).toBe(false);
    closing.open();
    await stopped;
  });

  it('attaches no consumer when its factory ends too late', async () => {
    const { system, clock, spawn, queues } = createDurableBed();
    const start = gate();
    const log: string[] = [];
    spawn(async () => {
      log.push('factory');
      await start.opened;
      return { receive: () => {}, postStop: () => void log.push('postStop') };
    });
    queues.consume = () => {
      log.push('consume');
      return new Promise(() => {});
    };
    await eventually(() => log.length === 1);
    const stopped = system.stop(500);
    clock.advance(500);
    await stopped;
    start.open();
    await eventually(() => log.includes('postStop'));
    expect(log).toEqual(['factory', 'postStop']);
  });

  it('gives back what a broker delivers after the end', async () => {
    const { spawn, queues, finish } = createDurableBed();
    let deliver: ((delivery: DurableDelivery) => void) | undefined;
    const consume = queues.consume.bind(queues);
    queues.consume = (mailbox, onDelivery) => consume(mailbox, (deliver = onDelivery));
    spawn(() => () => {});
    await eventually(() => queues.attached === 1);
    await finish();
    const settled: string[] = [];
    deliver?.({
      message: { id: 'late', body: Buffer.from('{}') },
      accept: () => settled.push('accept'),
      release: () => settled.push('release'),
    });
    expect(settled).toEqual(['release']);
  });

  it('gives back what its handler never finishes when the stop deadline has passed', async () => {
    const { system, clock, spawn, publish, queues } = createDurableBed();
    const work = gate();
    const log: string[] = [];
    spawn(() => ({
      receive: async () => {
        log.push('begun');
        await work.opened;
      },
      postStop: () => void log.push('postStop'),
    }));
    await publish('a', 'b');
    await eventually(() => log.length === 1);
    const stopped = system.stop(500);
    clock.advance(500);
    await stopped;
    expect(queues.ids('jobs')).toEqual(['a', 'b']);
    work.open();
    await eventually(() => log.includes('postStop'));
    expect([log, queues.accepted]).toEqual([['begun', 'postStop'], []]);
  });

  it('gives back what waits for its retry', async () => {
    const { clock, spawn, publish, queues, finish } = createDurableBed();
    spawn(() => () => Promise.reject(new Error('no')), { supervision: { decide: () => 'resume' } });
    await publish('a', 'b');
    await eventually(() => clock.pending === 1);
    await finish();
    expect([queues.accepted, queues.ids('jobs')]).toEqual([[], ['a', 'b']]);
  });

  it('because its supervision says so gives back the message that failed', async () => {
    const { system, spawn, publish, queues, finish } = createDurableBed();
    spawn(() => () => Promise.reject(new Error('no')), { supervision: { decide: () => 'stop' } });
    await publish('a', 'b');
    await eventually(() => system.snapshot().length === 0);
    expect([queues.accepted, queues.ids('jobs')]).toEqual([[], ['a', 'b']]);
    await finish();
  });

  it.each([0, 1])('takes nothing from a consumer that comes too late (%i fail)', async (failing) => {
    const { system, clock, spawn, publish, queues, failures } = createDurableBed();
    await publish('a');
    const attaching = gate();
    const consume = queues.consume.bind(queues);
    let begun = false;
    let ended = false;
    queues.consume = async (...args) => {
      begun = true;
      await attaching.opened;
      return consume(...args).finally(() => (ended = true));
    };
    spawn(() => () => {});
    await eventually(() => begun);
    await system.stop();
    queues.failing.consume = failing;
    attaching.open();
    await eventually(() => ended && queues.attached === 0);
    expect([clock.pending, queues.accepted, queues.ids('jobs'), failures]).toEqual([0, [], ['a'], []]);
  });

  it('before its first turn, or while the broker cannot be reached, needs no consumer', async () => {
    const bed = createDurableBed();
    bed.spawn(() => () => {});
    await bed.finish();
    const other = createDurableBed();
    other.queues.failing.consume = 100;
    other.spawn(() => () => {});
    await eventually(() => other.clock.pending === 1);
    await other.finish();
    expect([bed.queues.attached, other.queues.attached]).toEqual([0, 0]);
  });

  it('stops although its consumer cannot be closed, and reports it', async () => {
    const { spawn, queues, failures, finish } = createDurableBed();
    queues.failing.close = 1;
    spawn(() => () => {});
    await eventually(() => queues.attached === 1);
    await finish();
    expect(failures.map(({ error }) => error.message)).toEqual(['Mailbox jobs: close failed: No close today']);
  });

  it('can still be sent to: the message waits for whoever consumes the mailbox next', async () => {
    const { system, spawn, queues, accepted, finish } = createDurableBed();
    const ref = spawn((context) => ({ name }) => {
      if (name === 'last') context.stop();
    });
    await ref.send({ name: 'last' }, { id: 'last' });
    await eventually(() => system.snapshot().length === 0);
    await ref.send({ name: 'next' }, { id: 'next' });
    await expect(ref.ref.offer({ name: 'in memory' })).rejects.toThrow(ActorStopped);
    expect(queues.ids('jobs')).toEqual(['next']);
    spawn(() => () => {});
    await accepted('last', 'next');
    await finish();
  });
});
