import { jest } from '@jest/globals';
import type { Caller } from '@abaco/access';
import { type ActorId, type ExecutionDbid, type ExecutionId, ServiceUnavailable, type TenantId } from '@abaco/contract';
import { WatchedStore } from '../../test-support/watched-store.js';
import type { ActorQueries } from '../actor-queries.js';
import { ExecutionNotFound } from '../errors.js';
import { TooManyStreams } from './errors.js';
import { type ExecutionStream, ExecutionStreams } from './execution-streams.js';
import { ExecutionWatcher } from './execution-watcher.js';

const ONE = 'DEV_a_e' as ExecutionDbid;
const ACTOR = 'a' as ActorId;
const caller = { tenant: 'DEV' as TenantId, user: 'jdoe', roles: [], apiServer: '' } satisfies Caller;

describe('ExecutionStreams', () => {
  let store: WatchedStore;
  let watcher: ExecutionWatcher;
  let streams: ExecutionStreams;

  beforeEach(() => {
    jest.useFakeTimers();
    store = new WatchedStore();
    store.set(ONE, 'RUNNING');
    const services = store.services();
    watcher = new ExecutionWatcher(services);
    const queries = {
      execution: (_caller: Caller, actor: string, id: ExecutionId) =>
        id === 'e' ? Promise.resolve(store.progress.get(ONE)) : Promise.reject(new ExecutionNotFound(actor, id)),
    } as unknown as ActorQueries;
    streams = new ExecutionStreams(services, queries, watcher);
  });
  afterEach(() => {
    watcher.beforeApplicationShutdown();
    jest.useRealTimers();
  });

  const logs = (after?: { attempt: number; seq: number }) => streams.logs(caller, ACTOR, 'e' as ExecutionId, after);
  const write = (text: string, seq: number, attempt = 1): void => {
    store.log.push({ attempt, seq, text });
    store.changes.publish({ execution: ONE, what: 'log' });
  };
  const finish = (): void => {
    store.set(ONE, 'COMPLETE');
    store.changes.publish({ execution: ONE, what: 'status' });
  };
  /** Reads on in the background. */
  const reading = <E extends { type: string }>({ events }: ExecutionStream<E>) => {
    const read: E[] = [];
    const state = { over: false };
    const ended = (async () => {
      for await (const event of events) read.push(event);
      state.over = true;
    })();
    return { read, ended, state };
  };
  const soon = () => jest.advanceTimersByTimeAsync(0);
  const log = (text: string, seq: number, attempt = 1) => ({ type: 'log', position: { attempt, seq }, text });

  it('send a log as it comes, to its end', async () => {
    write('early', 0);
    const { read, ended } = reading(await logs());
    await soon();
    expect(read).toEqual([log('early', 0)]);
    write('later', 1);
    await soon();
    expect(read).toEqual([log('early', 0), log('later', 1)]);
    store.log.push({ attempt: 1, seq: 2, text: 'last' });
    finish();
    await ended;
    expect(read.slice(2)).toEqual([log('last', 2), { type: 'end', status: 'COMPLETE' }]);
  });

  it('send a long log a few chunks at a time, and nothing that nobody reads', async () => {
    for (let seq = 0; seq < 100; seq++) write(`${seq};`, seq);
    finish();
    const stream = await logs();
    for (let seq = 0; seq < 5; seq++) await stream.events.next();
    await soon();
    expect(store.logReads).toBe(2);
    const { read, ended } = reading(stream);
    await ended;
    expect(read).toHaveLength(96);
    expect(read.at(-2)).toEqual(log('99;', 99));
  });

  it('go on after a position', async () => {
    for (let seq = 0; seq < 5; seq++) write(String(seq), seq);
    finish();
    const { read, ended } = reading(await logs({ attempt: 1, seq: 2 }));
    await ended;
    expect(read).toEqual([log('3', 3), log('4', 4), { type: 'end', status: 'COMPLETE' }]);
  });

  it('say that an execution was begun again', async () => {
    write('first', 0);
    const { read, ended } = reading(await logs());
    await soon();
    store.set(ONE, 'RUNNING', { attempt: 2 });
    write('second', 0, 2);
    finish();
    await ended;
    expect(read).toEqual([
      log('first', 0),
      { type: 'restart', attempt: 2 },
      log('second', 0, 2),
      { type: 'end', status: 'COMPLETE' },
    ]);
  });

  it('send each status once, after those that are known', async () => {
    store.set(ONE, 'SUBMITTED', { attempt: 0 });
    const [all, rest] = await Promise.all([
      streams.statuses(caller, ACTOR, 'e' as ExecutionId),
      streams.statuses(caller, ACTOR, 'e' as ExecutionId, { status: 'SUBMITTED', attempt: 0 }),
    ]);
    const [first, second] = [reading(all), reading(rest)];
    await soon();
    store.set(ONE, 'RUNNING', { host_id: 'there' as never });
    await jest.advanceTimersByTimeAsync(3_000);
    store.set(ONE, 'ERROR');
    await jest.advanceTimersByTimeAsync(1_000);
    await Promise.all([first.ended, second.ended]);
    const statuses = (read: typeof first.read) =>
      read.map((event) => (event.type === 'status' ? event.execution.status : event.type));
    expect(statuses(first.read)).toEqual(['SUBMITTED', 'RUNNING', 'ERROR']);
    expect(statuses(second.read)).toEqual(['RUNNING', 'ERROR']);
  });

  it('miss nothing that happens while the execution is looked up', async () => {
    const opening = streams.statuses(caller, ACTOR, 'e' as ExecutionId);
    finish();
    const { read, ended } = reading(await opening);
    await ended;
    expect(read.map((event) => (event.type === 'status' ? event.execution.status : event.type))).toEqual([
      'RUNNING',
      'COMPLETE',
    ]);
  });

  it('say something every 15 seconds', async () => {
    const { read } = reading(await logs());
    await jest.advanceTimersByTimeAsync(46_500);
    expect(read).toEqual([{ type: 'idle' }, { type: 'idle' }, { type: 'idle' }]);
  });

  it('end when the record is gone, when the store is away, and after an hour', async () => {
    const [log, statuses] = [reading(await logs()), reading(await streams.statuses(caller, ACTOR, 'e' as ExecutionId))];
    await soon();
    store.progress.delete(ONE);
    store.changes.publish({ execution: ONE, what: 'status' });
    await Promise.all([log.ended, statuses.ended]);
    store.set(ONE, 'RUNNING');
    const unlucky = reading(await logs());
    store.failure = new ServiceUnavailable('away');
    store.changes.publish({ execution: ONE, what: 'log' });
    await unlucky.ended;
    store.failure = undefined;
    const { ended } = reading(await logs());
    await jest.advanceTimersByTimeAsync(3_600_000);
    await ended;
  });

  it('end at once when they are closed or the server shuts down, whether somebody reads or not', async () => {
    const unread = await logs();
    unread.close();
    expect(unread.ended.aborted).toBe(true);
    const stream = await logs();
    const { ended } = reading(stream);
    await soon();
    watcher.beforeApplicationShutdown();
    await ended;
    expect(stream.ended.aborted).toBe(true);
    await expect(logs()).rejects.toBeInstanceOf(ServiceUnavailable);
  });

  it('do not say that a log is over that was broken off by the end of the server', async () => {
    for (let seq = 0; seq < 10; seq++) write(String(seq), seq);
    finish();
    const stream = await logs();
    await stream.events.next();
    watcher.beforeApplicationShutdown();
    const { read, ended } = reading(stream);
    await ended;
    expect(read.map(({ type }) => type)).not.toContain('end');
  });

  it('are so many for each tenant, and free when they end', async () => {
    const open = await Promise.all([logs(), streams.statuses(caller, ACTOR, 'e' as ExecutionId)]);
    await expect(logs()).rejects.toEqual(new TooManyStreams(2));
    open[1].close();
    const third = await logs();
    finish();
    await reading(third).ended;
    await logs();
    await expect(logs()).rejects.toEqual(new TooManyStreams(2));
  });

  it('are refused for an execution that is not there, and cost nothing then', async () => {
    for (let i = 0; i < 3; i++) {
      await expect(streams.logs(caller, ACTOR, 'x' as ExecutionId)).rejects.toEqual(new ExecutionNotFound(ACTOR, 'x'));
    }
    await logs();
  });
});
