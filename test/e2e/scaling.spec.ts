import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { FunctionContext, FunctionHandler } from '@abaco/runtime';
import { eventually } from '../support/eventually.js';
import { RestServer } from './support/rest-server.js';

const FUNCTIONS: Record<string, FunctionHandler> = {
  pause: async ({ message, signal }: FunctionContext) => {
    if (message.kind === 'text') await delay(Number(message.text), undefined, { signal });
  },
};

interface ShownWorker {
  readonly id: string;
  readonly status: string;
  readonly create_time: string;
}

describe('the workers of an actor', () => {
  let server: RestServer;
  afterEach(() => server.close());

  const start = async (overrides: Parameters<typeof RestServer.start>[1]): Promise<void> => {
    server = await RestServer.start(
      'scaling',
      { ...overrides, workers: { drain_seconds: 0, ...overrides?.workers } },
      { engine: 'none', functions: FUNCTIONS },
    );
  };
  const register = async (fields: object = {}): Promise<string> => {
    const { code, result } = await server.call<{ id: string }>('POST', '/actors', {
      image: 'function:pause',
      ...fields,
    });
    expect(code).toBe(200);
    return result.id;
  };
  const workers = async (actor: string): Promise<readonly ShownWorker[]> =>
    (await server.call<readonly ShownWorker[]>('GET', `/actors/${actor}/workers`)).result;
  const ready = (actor: string, count: number): Promise<readonly ShownWorker[]> =>
    eventually(`${count} workers are ready`, async () => {
      const all = await workers(actor);
      return all.length === count && all.every(({ status }) => status === 'READY') && all;
    });
  const completed = (actor: string, executions: readonly string[]) =>
    Promise.all(executions.map((execution) => server.inStatus(actor, execution, 'COMPLETE')));

  it('are as many as the instance says from the registration on, one of stateful actors, and at most as many as allowed', async () => {
    await start({ workers: { init_count: 3 } });
    const [many, few, one] = [
      await register(),
      await register({ max_workers: 2 }),
      await register({ stateless: false }),
    ];
    await ready(many, 3);
    await ready(few, 2);
    await ready(one, 1);
  });

  it('are kept warm as the actor says, also anew, and follow what it says later', async () => {
    await start({ workers: { init_count: 0, worker_ttl: 1 } });
    const actor = await register({ scaling: { min_workers: 2 } });
    expect((await server.call('GET', `/actors/${actor}`)).result['scaling']).toEqual({
      min_workers: 2,
      messages_per_worker: null,
      scale_up_age: null,
      scale_up_step: null,
      scale_up_cooldown: null,
      worker_ttl: null,
    });
    const [first] = await ready(actor, 2);
    await completed(actor, await Promise.all([1, 2, 3, 4].map(() => server.send(actor, '300'))));
    await ready(actor, 2);
    await server.call('DELETE', `/actors/${actor}/workers/${first!.id}`);
    await eventually('another one has taken its place', async () => {
      const all = await workers(actor);
      return all.length === 2 && all.every(({ id }) => id !== first!.id);
    });
    await server.call('PUT', `/actors/${actor}`, { image: 'function:pause', scaling: { min_workers: 0 } });
    await ready(actor, 0);
  });

  it('are kept warm after a start of the server, too', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'abaco-warm-'));
    try {
      const overrides = { general: { data_dir: directory }, workers: { init_count: 0 } };
      await start(overrides);
      const actor = await register({ scaling: { min_workers: 1 } });
      const [before] = await ready(actor, 1);
      await server.close();
      await start(overrides);
      const [after] = await ready(actor, 1);
      expect(after!.id).not.toBe(before!.id);
    } finally {
      await server.close();
      await rm(directory, { recursive: true, force: true });
    }
  });

  it('live as long, when idle, as the actor says', async () => {
    await start({ workers: { init_count: 0, worker_ttl: 600 } });
    const [short, long] = [await register({ scaling: { worker_ttl: 1 } }), await register()];
    await completed(short, [await server.send(short, '0')]);
    await completed(long, [await server.send(long, '0')]);
    await ready(short, 0);
    await ready(long, 1);
    await server.call('PUT', `/actors/${long}`, { image: 'function:pause', scaling: { worker_ttl: 1 } });
    await ready(long, 0);
  });

  it('stay for synchronous messages with the hint `sync`: one of them, for longer than others', async () => {
    await start({ workers: { init_count: 2, worker_ttl: 1, sync_max_idle_time: 12 } });
    const [actor, other] = [await register({ hints: ['sync'] }), await register()];
    await ready(other, 0);
    await ready(actor, 1);
    const seen = performance.now();
    await ready(actor, 0);
    expect(performance.now() - seen).toBeGreaterThan(1_000);
  });

  /** When the workers of an actor were asked for that has six messages at once, milliseconds after the first of them. */
  const requestTimes = async (actor: string, count: number): Promise<readonly number[]> => {
    for (let message = 0; message < 6; message++) await server.send(actor, '60000');
    const all = await eventually(`there are ${count} workers`, async () => {
      const now = await workers(actor);
      return now.length >= count && now;
    });
    const times = all.map(({ create_time }) => Date.parse(create_time)).sort((one, other) => one - other);
    return times.map((time) => time - times[0]!);
  };

  it('are added a step at a time', async () => {
    await start({ workers: { init_count: 0 } });
    const actor = await register({ scaling: { scale_up_step: 1, scale_up_cooldown: 3 } });
    const [, second, third] = await requestTimes(actor, 3);
    expect(second).toBeGreaterThan(1_500);
    expect(third! - second!).toBeGreaterThan(1_500);
  });

  it('are as many as the messages that run and wait make with `messages_per_worker`', async () => {
    await start({ workers: { init_count: 0 } });
    const actor = await register({ scaling: { messages_per_worker: 3 } });
    const running = async (count: number): Promise<void> => {
      await eventually(`${count} executions run`, async () => {
        const { result } = await server.call<{ executions: { status: string }[] }>(
          'GET',
          `/actors/${actor}/executions`,
        );
        return result.executions.filter(({ status }) => status === 'RUNNING').length === count;
      });
      expect(await workers(actor)).toHaveLength(count);
    };
    for (let message = 0; message < 6; message++) await server.send(actor, '60000');
    await running(2);
    await server.send(actor, '60000');
    await running(3);
  });

  it('become more than one when the oldest message has waited for long enough', async () => {
    await start({ workers: { init_count: 0 } });
    const [, ...further] = await requestTimes(await register({ scaling: { scale_up_age: 4 } }), 6);
    for (const time of further) expect(time).toBeGreaterThan(1_500);
  });

  it('can be stopped while they wait for a place on the host; their message gets another one', async () => {
    await start({ spawner: { max_workers_per_host: 1 }, workers: { init_count: 0 } });
    const [holder, other] = [await register(), await register()];
    const running = await server.send(holder, '20000');
    await server.inStatus(holder, running, 'RUNNING');
    const stopped = await server.send(other, '0');
    const [waiting] = await eventually('its worker waits for the place', async () => {
      const all = await workers(other);
      return all.length === 1 && all[0]!.status === 'REQUESTED' && all;
    });
    expect((await server.call('DELETE', `/actors/${other}/workers/${waiting!.id}`)).code).toBe(200);
    await eventually('it is gone, and another one waits', async () => {
      const all = await workers(other);
      return all.every(({ id }) => id !== waiting!.id);
    });
    await server.call('DELETE', `/actors/${holder}/executions/${running}`);
    await completed(other, [stopped]);
  });

  it('are refused when more are to be kept warm than the actor may have', async () => {
    await start({ workers: { init_count: 0 } });
    const body = { image: 'function:pause', max_workers: 2, scaling: { min_workers: 3 } };
    expect(await server.call('POST', '/actors', body)).toMatchObject({
      code: 400,
      message: 'Invalid actor description: scaling.min_workers can be 2 at most, the workers that the actor may have.',
    });
  });
});
