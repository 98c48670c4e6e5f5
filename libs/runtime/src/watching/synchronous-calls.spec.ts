import { jest } from '@jest/globals';
import type { Caller } from '@abaco/access';
import { type ActorId, type ExecutionDbid, type ExecutionId, ServiceUnavailable, type TenantId } from '@abaco/contract';
import { WatchedStore } from '../../test-support/watched-store.js';
import type { ActorCommands } from '../actor-commands.js';
import type { ActorQueries } from '../actor-queries.js';
import { ActorNotFound } from '../errors.js';
import type { IncomingMessage } from '../incoming-message.js';
import { MailboxNotEmpty, TooManyWaiting } from './errors.js';
import { ExecutionWatcher } from './execution-watcher.js';
import { SynchronousCalls, type SynchronousOutcome } from './synchronous-calls.js';

const ONE = 'DEV_a_e' as ExecutionDbid;
const caller = { tenant: 'DEV' as TenantId, user: 'jdoe', roles: [], apiServer: '' } satisfies Caller;
const message: IncomingMessage = { content: { kind: 'text', text: 'x' }, contentType: 'str', environment: {} };

describe('SynchronousCalls', () => {
  let store: WatchedStore;
  let watcher: ExecutionWatcher;
  let calls: SynchronousCalls;
  let sent: number;
  let actorExists: boolean;

  beforeEach(() => {
    jest.useFakeTimers();
    store = new WatchedStore();
    store.set(ONE, 'SUBMITTED', { attempt: 0 });
    const services = store.services();
    watcher = new ExecutionWatcher(services);
    sent = 0;
    actorExists = true;
    const commands = {
      send: () => {
        sent++;
        return Promise.resolve({ execution: 'e' as ExecutionId, owner: 'jdoe' });
      },
    } as unknown as ActorCommands;
    const queries = {
      actor: (_caller: Caller, id: ActorId) =>
        actorExists ? Promise.resolve({ _id: 'DEV_a' }) : Promise.reject(new ActorNotFound(id)),
    } as unknown as ActorQueries;
    calls = new SynchronousCalls(services, commands, queries, watcher);
  });
  afterEach(() => {
    watcher.beforeApplicationShutdown();
    jest.useRealTimers();
  });

  const call = (signal = new AbortController().signal, tenant = caller.tenant) =>
    calls.call({ ...caller, tenant }, 'a' as ActorId, message, signal);
  /** Waits until the call waits. */
  const begun = async (waiting: Promise<unknown>): Promise<void> => {
    waiting.catch(() => undefined);
    await jest.advanceTimersByTimeAsync(0);
    expect(sent).toBeGreaterThan(0);
  };
  const tell = (what: 'status' | 'result'): void => store.changes.publish({ execution: ONE, what });
  const outcomeOf = async (change: () => void): Promise<SynchronousOutcome> => {
    const waiting = call();
    await begun(waiting);
    change();
    return (await waiting).outcome;
  };

  it('end at the first result, which is taken away', async () => {
    const outcome = await outcomeOf(() => {
      store.set(ONE, 'RUNNING');
      store.results.push(Buffer.from('first'), Buffer.from('second'));
      tell('result');
    });
    expect(outcome).toEqual({ kind: 'result', data: Buffer.from('first') });
    expect(store.results).toEqual([Buffer.from('second')]);
  });

  it('take an empty result for one', async () => {
    const outcome = await outcomeOf(() => {
      store.results.push(Buffer.alloc(0));
      tell('result');
    });
    expect(outcome).toEqual({ kind: 'result', data: Buffer.alloc(0) });
  });

  it('end with the log of an execution that is COMPLETE without a result', async () => {
    store.log.push({ attempt: 1, seq: 0, text: 'said' });
    const outcome = await outcomeOf(() => {
      store.set(ONE, 'COMPLETE');
      tell('status');
    });
    expect(outcome).toEqual({ kind: 'logs', logs: 'said' });
  });

  it('prefer a result to the log and to an error', async () => {
    const outcome = await outcomeOf(() => {
      store.results.push(Buffer.from('r'));
      store.set(ONE, 'ERROR', { error: 'later' });
      tell('status');
    });
    expect(outcome).toEqual({ kind: 'result', data: Buffer.from('r') });
  });

  it('end when the execution ends in ERROR, or its record is gone', async () => {
    const failed = await outcomeOf(() => {
      store.set(ONE, 'ERROR', { error: 'no such image' });
      tell('status');
    });
    expect(failed).toEqual({ kind: 'failed', reason: 'no such image' });
    store.progress.delete(ONE);
    expect((await call()).outcome).toEqual({ kind: 'failed', reason: 'The actor was deleted.' });
  });

  it('find the end on another host within a second', async () => {
    const waiting = call();
    await begun(waiting);
    await jest.advanceTimersByTimeAsync(10_000);
    store.set(ONE, 'COMPLETE');
    await jest.advanceTimersByTimeAsync(1_000);
    expect((await waiting).outcome).toEqual({ kind: 'logs', logs: '' });
  });

  it('end when their time is over', async () => {
    const waiting = call();
    await begun(waiting);
    await jest.advanceTimersByTimeAsync(50_000);
    expect(await waiting).toEqual({
      execution: 'e',
      owner: 'jdoe',
      outcome: { kind: 'unfinished', because: 'time' },
    });
  });

  it('end when the client goes away, and then no longer ask', async () => {
    const gone = new AbortController();
    const waiting = call(gone.signal);
    await begun(waiting);
    store.results.push(Buffer.from('for another'));
    gone.abort();
    await waiting;
    await jest.advanceTimersByTimeAsync(5_000);
    expect(store.results).toHaveLength(1);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('end when the server shuts down; then nothing is refused that was sent', async () => {
    const waiting = call();
    await begun(waiting);
    watcher.beforeApplicationShutdown();
    expect((await waiting).outcome).toEqual({ kind: 'unfinished', because: 'closing' });
    expect((await call()).outcome).toEqual({ kind: 'unfinished', because: 'closing' });
  });

  it('outlast a store that is away: the message is sent', async () => {
    const waiting = call();
    await begun(waiting);
    store.failure = new ServiceUnavailable('away');
    tell('status');
    await jest.advanceTimersByTimeAsync(3_000);
    store.failure = undefined;
    store.set(ONE, 'COMPLETE');
    await jest.advanceTimersByTimeAsync(2_000);
    expect((await waiting).outcome).toEqual({ kind: 'logs', logs: '' });
  });

  it('are refused, unsent, when more than three messages wait', async () => {
    store.waiting = 4;
    await expect(call()).rejects.toEqual(new MailboxNotEmpty('a'));
    expect(sent).toBe(0);
    store.waiting = 3;
    await begun(call());
  });

  it('are refused, unsent, for an actor that is not there', async () => {
    actorExists = false;
    await expect(call()).rejects.toEqual(new ActorNotFound('a'));
    expect(sent).toBe(0);
  });

  it('are so many for each tenant at a time', async () => {
    const [first] = [call(), call()];
    await begun(first);
    await expect(call()).rejects.toEqual(new TooManyWaiting(2));
    expect(sent).toBe(2);
    await begun(call(undefined, 'OTHER' as TenantId));
    store.set(ONE, 'COMPLETE');
    tell('status');
    await first;
    expect((await call()).outcome.kind).toBe('logs');
  });
});
