import { jest } from '@jest/globals';
import { type ExecutionDbid, ServiceUnavailable } from '@abaco/contract';
import { WatchedStore } from '../../test-support/watched-store.js';
import type { ExecutionWatch } from './execution-watch.js';
import { ExecutionWatcher } from './execution-watcher.js';

const ONE = 'DEV_a_1' as ExecutionDbid;

describe('ExecutionWatcher', () => {
  let store: WatchedStore;
  let watcher: ExecutionWatcher;

  beforeEach(() => {
    jest.useFakeTimers();
    store = new WatchedStore();
    watcher = new ExecutionWatcher(store.services());
  });
  afterEach(() => {
    watcher.beforeApplicationShutdown();
    expect(jest.getTimerCount()).toBe(0);
    expect(store.changes.observed).toBe(false);
    jest.useRealTimers();
  });

  const told = async (watch: ExecutionWatch): Promise<boolean> => {
    const changed = watch.changed(0);
    await jest.advanceTimersByTimeAsync(0);
    return changed;
  };
  /** Has read everything up to the first look, which always says that there may be news. */
  const quiet = async (watch: ExecutionWatch): Promise<void> => {
    await told(watch);
    await jest.advanceTimersByTimeAsync(1_000);
    await told(watch);
  };

  it('says at first that there is something to read', async () => {
    expect(await watcher.watch(ONE, ['status']).changed(1_000)).toBe(true);
  });

  it('tells at once what this process has written, and only what was asked for', async () => {
    store.set(ONE, 'RUNNING');
    const [status, log] = [watcher.watch(ONE, ['status']), watcher.watch(ONE, ['log'])];
    await Promise.all([quiet(status), log.changed(0)]);
    store.changes.publish({ execution: ONE, what: 'log' });
    store.changes.publish({ execution: 'DEV_a_2' as ExecutionDbid, what: 'status' });
    expect(await told(log)).toBe(true);
    expect(await told(status)).toBe(false);
  });

  it('wakes whoever waits, once for any number of changes', async () => {
    store.set(ONE, 'RUNNING');
    const watch = watcher.watch(ONE, ['result']);
    await watch.changed(0);
    const waiting = watch.changed(60_000);
    for (let i = 0; i < 3; i++) store.changes.publish({ execution: ONE, what: 'result' });
    expect(await waiting).toBe(true);
    expect(await told(watch)).toBe(false);
  });

  it('finds what another host has written within a second', async () => {
    store.set(ONE, 'SUBMITTED');
    const watch = watcher.watch(ONE, ['status']);
    await quiet(watch);
    await jest.advanceTimersByTimeAsync(5_000);
    expect(await told(watch)).toBe(false);
    for (const change of [
      () => store.set(ONE, 'RUNNING', { host_id: 'there' as never }),
      () => store.set(ONE, 'RUNNING', { host_id: 'there' as never, attempt: 2 }),
      () => store.set(ONE, 'COMPLETE', { attempt: 2 }),
      () => store.progress.delete(ONE),
    ]) {
      change();
      await jest.advanceTimersByTimeAsync(1_000);
      expect(await told(watch)).toBe(true);
    }
  });

  it('has followers of logs and results look again while another host runs the execution', async () => {
    store.set(ONE, 'RUNNING', { host_id: 'there' as never });
    const [log, result] = [watcher.watch(ONE, ['log']), watcher.watch(ONE, ['result'])];
    await Promise.all([quiet(log), result.changed(0)]);
    await jest.advanceTimersByTimeAsync(1_000);
    expect([await told(log), await told(result)]).toEqual([true, false]);
    store.results.push(Buffer.from('x'));
    await jest.advanceTimersByTimeAsync(1_000);
    expect(await told(result)).toBe(true);
    store.set(ONE, 'RUNNING', { host_id: store.host });
    await quiet(log);
    await jest.advanceTimersByTimeAsync(3_000);
    expect(await told(log)).toBe(false);
  });

  it('asks the store for all executions together, once a second in the end, and not at all when nobody watches', async () => {
    const watches = Array.from({ length: 50 }, (_, i) => watcher.watch(`DEV_a_${i % 25}` as ExecutionDbid, ['status']));
    await jest.advanceTimersByTimeAsync(10_000);
    const before = store.queries.length;
    await jest.advanceTimersByTimeAsync(3_000);
    expect(store.queries.slice(before)).toEqual([25, 25, 25]);
    for (const watch of watches) watch.end();
    await jest.advanceTimersByTimeAsync(3_000);
    expect(store.queries).toHaveLength(before + 3);
  });

  it('looks soon after a wait has begun, and takes others along that are nearly due', async () => {
    watcher.watch(ONE, ['status']);
    await jest.advanceTimersByTimeAsync(10_700);
    store.queries.length = 0;
    watcher.watch('DEV_a_2' as ExecutionDbid, ['status']);
    await jest.advanceTimersByTimeAsync(600);
    expect(store.queries.length).toBeLessThanOrEqual(10);
    expect(store.queries).toContain(2);
    expect(store.queries.filter((executions) => executions === 1).length).toBeGreaterThanOrEqual(5);
  });

  it('finds the end of a short execution on another host late by a quarter of what it took at most', async () => {
    for (const took of [30, 200, 700, 2_500]) {
      const execution = `DEV_a_${took}` as ExecutionDbid;
      store.set(execution, 'SUBMITTED');
      const watch = watcher.watch(execution, ['status']);
      await jest.advanceTimersByTimeAsync(took);
      await told(watch);
      store.set(execution, 'COMPLETE');
      await jest.advanceTimersByTimeAsync(Math.max(50, took / 4));
      expect([took, await told(watch)]).toEqual([took, true]);
      watch.end();
    }
  });

  it('leaves the store alone for a second after this process has told of the execution', async () => {
    watcher.watch(ONE, ['status']);
    await jest.advanceTimersByTimeAsync(20);
    store.changes.publish({ execution: ONE, what: 'status' });
    await jest.advanceTimersByTimeAsync(990);
    expect(store.queries).toEqual([]);
    await jest.advanceTimersByTimeAsync(3_000);
    expect(store.queries).toEqual([1, 1, 1]);
  });

  it('goes on when the store is away, and catches up', async () => {
    store.set(ONE, 'RUNNING');
    const watch = watcher.watch(ONE, ['status']);
    await quiet(watch);
    store.failure = new ServiceUnavailable('away');
    store.set(ONE, 'COMPLETE');
    await jest.advanceTimersByTimeAsync(5_000);
    expect(await told(watch)).toBe(false);
    store.failure = undefined;
    await jest.advanceTimersByTimeAsync(1_000);
    expect(await told(watch)).toBe(true);
  });

  it('ends all watches when the application shuts down, and takes no more', async () => {
    const watch = watcher.watch(ONE, ['status']);
    await watch.changed(0);
    const waiting = watch.changed(60_000);
    watcher.beforeApplicationShutdown();
    expect([await waiting, watch.ended, watch.signal.aborted]).toEqual([false, true, true]);
    expect(() => watcher.watch(ONE, ['status'])).toThrow(ServiceUnavailable);
  });
});
