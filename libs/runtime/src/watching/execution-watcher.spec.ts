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

  it('asks the store once a second for all executions together, and not at all when nobody watches', async () => {
    const watches = Array.from({ length: 50 }, (_, i) => watcher.watch(`DEV_a_${i % 25}` as ExecutionDbid, ['status']));
    await jest.advanceTimersByTimeAsync(3_000);
    expect(store.queries).toEqual([25, 25, 25]);
    for (const watch of watches) watch.end();
    await jest.advanceTimersByTimeAsync(3_000);
    expect(store.queries).toHaveLength(3);
    watcher.watch(ONE, ['status']);
    await jest.advanceTimersByTimeAsync(1_000);
    expect(store.queries).toEqual([25, 25, 25, 1]);
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
