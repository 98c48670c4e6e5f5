import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { containersOfHost, removeContainersOfHost } from '../support/docker-cli.js';
import { eventually } from '../support/eventually.js';
import { SHELL_IMAGE, buildTestImages } from '../support/images.js';
import { RabbitMqServer } from '../support/rabbitmq.js';
import { ServerProcess } from '../support/server-process.js';
import { StoreProcess } from '../support/store-process.js';

/** The server in one process, its store in another, its mailboxes on RabbitMQ: each may go away under it. */
describe('a server whose store or broker goes away', () => {
  const hostId = `down-${randomUUID().slice(0, 8)}`;
  let directory: string;
  let store: StoreProcess;
  let rabbit: RabbitMqServer;
  let server: ServerProcess;
  let actor: string;
  let messages: string;
  let executions: string;

  beforeAll(async () => {
    await buildTestImages();
    directory = await mkdtemp(join(tmpdir(), 'abaco-down-'));
    [store, rabbit] = await Promise.all([StoreProcess.start(), RabbitMqServer.start()]);
    server = await ServerProcess.start({
      'general.data_dir': directory,
      'spawner.host_id': hostId,
      'store.mongo_uri': store.uri,
      'rabbit.uri': rabbit.uri,
      'rabbit.flavor': 'rabbitmq3',
      'rabbit.management_uri': rabbit.managementUri,
    });
    const registered = await server.call<{ id: string }>('POST', '/actors', { image: SHELL_IMAGE });
    actor = `/actors/${registered.result.id}`;
    messages = `${actor}/messages`;
    executions = `${actor}/executions`;
  }, 180_000);

  afterAll(async () => {
    await server?.stop();
    await Promise.all([rabbit?.stop(), store?.stop()]);
    await rm(directory, { recursive: true, force: true });
    await removeContainersOfHost(hostId);
  });

  const send = (text: string): Promise<{ status: number; message: string; result: { execution_id: string } }> =>
    server.call('POST', messages, { message: text });
  const reaches = (id: string, status: string): Promise<unknown> =>
    eventually(
      `execution ${id} is ${status}`,
      async () => {
        const { result } = await server.call<{ status: string }>('GET', `${executions}/${id}`);
        return result.status === status;
      },
      60_000,
    );
  const ready = (): Promise<unknown> =>
    eventually(
      'the server is ready again',
      async () => {
        const response = await fetch(`${server.url}/health/ready`);
        if (!response.ok) throw new Error(await response.text());
        return true;
      },
      60_000,
    ).catch((error: Error) => {
      throw new Error(`${error.message}\nStore: ${store.state}\nServer: ${server.log.slice(-5_000)}`, { cause: error });
    });
  const running = (id: string): Promise<unknown> => reaches(id, 'RUNNING');
  const completed = (id: string): Promise<unknown> => reaches(id, 'COMPLETE');

  it('refuses messages with 503 while the broker is down, and goes on with what it had', async () => {
    const before = await send('sleep 3; echo survived');
    expect(before.status).toBe(200);
    await running(before.result.execution_id);
    await rabbit.kill();
    const refused = await send('echo never');
    expect(refused.status).toBe(503);
    expect(refused.message).toMatch(/not accepted/);
    expect((await fetch(`${server.url}/health/ready`)).status).toBe(503);
    await completed(before.result.execution_id);

    await rabbit.restart();
    await ready();
    const after = await send('echo again');
    expect(after.status).toBe(200);
    await completed(after.result.execution_id);
    const { result } = await server.call<{ executions: { status: string }[] }>('GET', executions);
    expect(result.executions.map(({ status }) => status)).toEqual(
      expect.arrayContaining(result.executions.map(() => expect.stringMatching(/COMPLETE|ERROR/) as string)),
    );
  }, 180_000);

  it('refuses messages with 503 while the store is down, and records what ran meanwhile', async () => {
    const before = await send('sleep 3; echo survived');
    expect(before.status).toBe(200);
    await running(before.result.execution_id);
    await store.kill();
    const refused = await send('echo never');
    expect(refused.status).toBe(503);
    expect((await fetch(`${server.url}/actors`)).status).toBe(503);

    await store.restart();
    await ready();
    await completed(before.result.execution_id);
    const logs = await server.call<{ logs: string }>('GET', `${executions}/${before.result.execution_id}/logs`);
    expect(logs.result.logs).toBe('survived\n');
    const after = await send('echo again');
    expect(after.status).toBe(200);
    await completed(after.result.execution_id);
    await server.call('DELETE', actor);
    await eventually('no container is left', async () => (await containersOfHost(hostId)).length === 0);
  }, 180_000);
});
