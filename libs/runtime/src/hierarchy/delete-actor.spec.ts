import type { Ref } from '@abaco/actors';
import type { ActorDbid } from '@abaco/contract';
import { silentLogger } from '../logger.js';
import type { RuntimeServices } from '../runtime-services.js';
import { deleteActor } from './delete-actor.js';
import type { PoolMessage } from './worker-pool.js';

const ACTOR = 'DEV_a' as ActorDbid;

describe('deleteActor', () => {
  let calls: string[];

  /** Notes each call by its path; there is nothing in it. */
  const recorder = (path: string): unknown =>
    new Proxy(() => undefined, {
      get: (_target, name) =>
        name === 'then' ? undefined : recorder(path === '' ? String(name) : `${path}.${String(name)}`),
      apply: () => {
        calls.push(path);
        return Promise.resolve([]);
      },
    });

  const run = (pool: Partial<Ref<PoolMessage>>): Promise<{ complete: boolean }> => {
    calls = [];
    const services = {
      store: recorder(''),
      broker: { state: 'connected', delete: () => Promise.resolve(void calls.push('broker.delete')) },
      logger: silentLogger,
      config: { workers: { delete_seconds: 20 } },
    };
    return deleteActor(services as unknown as RuntimeServices, ACTOR, pool as Ref<PoolMessage>);
  };
  const before = (first: string, second: string): void => {
    expect(calls).toContain(first);
    expect(calls).toContain(second);
    expect(calls.indexOf(first)).toBeLessThan(calls.indexOf(second));
  };

  it('puts on record that workers and executions are to end before it waits for them, and forgets the actor last', async () => {
    let asked: unknown;
    const ask = (make: (replyTo: never) => PoolMessage, options: object): Promise<never> => {
      asked = [make(undefined as never), options];
      calls.push('pool');
      return Promise.resolve(undefined as never);
    };
    expect(await run({ ask } as never)).toEqual({ complete: true });
    expect(asked).toEqual([{ type: 'stop-all', halt: true, replyTo: undefined }, { deadlineMs: 20_000 }]);
    before('workers.requestShutdownOfAll', 'pool');
    before('executions.requestHaltOfAll', 'pool');
    before('pool', 'logs.deleteByActor');
    before('logs.deleteByActor', 'broker.delete');
    before('broker.delete', 'actors.delete');
    expect(calls.at(-1)).toBe('actors.delete');
    expect(calls.filter((call) => call === 'executions.waiting.abandonAll')).toHaveLength(2);
  });

  it('goes on without workers that are not gone in time, and says so', async () => {
    const ask = () => Promise.reject(new Error('deadline'));
    expect(await run({ ask })).toEqual({ complete: false });
    expect(calls.at(-1)).toBe('actors.delete');
  });
});
