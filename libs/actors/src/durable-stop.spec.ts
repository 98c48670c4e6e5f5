import { setImmediate } from 'node:timers/promises';
import { ActorStopped, type DurableDelivery, eventually } from './index.js';
import { createDurableBed, gate } from '../test-support/durable-bed.js';

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
