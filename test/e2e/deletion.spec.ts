import type { FunctionContext } from '@abaco/runtime';
import { eventually } from '../support/eventually.js';
import { RestServer } from './support/rest-server.js';

describe('the deletion of an actor whose execution does not end', () => {
  let server: RestServer;
  let end: () => void;
  const ended = new Promise<void>((resolve) => (end = resolve));
  /** Does not hear that it is to end. */
  const deaf = async ({ message }: FunctionContext): Promise<void> => {
    if (message.kind === 'text' && message.text === 'stay') await ended;
  };

  beforeAll(async () => {
    const workers = { init_count: 0, delete_seconds: 1, drain_seconds: 0 };
    server = await RestServer.start('deletion', { workers }, { engine: 'none', functions: { deaf } });
  });
  afterAll(async () => {
    end();
    await server?.close();
  });

  const register = async (): Promise<string> =>
    (await server.call<{ id: string }>('POST', '/actors', { image: 'function:deaf' })).result.id;

  it('waits for `workers.delete_seconds` and says that something is left, which goes by itself', async () => {
    const actor = await register();
    const running = await server.send(actor, 'stay');
    await server.inStatus(actor, running, 'RUNNING');
    await server.send(actor, 'go');
    const began = performance.now();
    expect(await server.call('DELETE', `/actors/${actor}`)).toMatchObject({
      code: 200,
      result: null,
      message: "Actor deleted successfully, though Abaco is still cleaning up some of the actor's resources.",
    });
    expect(performance.now() - began).toBeGreaterThan(900);
    expect((await server.call('GET', `/actors/${actor}`)).code).toBe(404);
    const workers = async (): Promise<unknown[]> =>
      (await server.call<{ workers: { actor_id: string }[] }>('GET', '/actors/admin/workers')).result.workers.filter(
        ({ actor_id }) => actor_id === actor,
      );
    expect(await workers()).toHaveLength(1);
    end();
    await eventually('its worker is gone', async () => (await workers()).length === 0);
  });

  it('says nothing of the kind when all is gone in time', async () => {
    const actor = await register();
    await server.inStatus(actor, await server.send(actor, 'go'), 'COMPLETE');
    expect(await server.call('DELETE', `/actors/${actor}`)).toMatchObject({
      code: 200,
      message: 'Actor deleted successfully.',
    });
  });
});
