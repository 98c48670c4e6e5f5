import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SocketProxy } from '../e2e/support/socket-proxy.js';
import { containersOfHost, removeContainersOfHost } from '../support/docker-cli.js';
import { eventually } from '../support/eventually.js';
import { SHELL_IMAGE, buildTestImages } from '../support/images.js';
import { ServerProcess } from '../support/server-process.js';

/** The real engine behind a proxy, so that it goes away for the server and containers live on, as when dockerd restarts. */
describe('a server whose container engine goes away', () => {
  const hostId = `engine-${randomUUID().slice(0, 8)}`;
  let directory: string;
  let proxy: SocketProxy;
  let server: ServerProcess;

  beforeAll(async () => {
    await buildTestImages();
    directory = await mkdtemp(join(tmpdir(), 'abaco-engine-'));
    proxy = await SocketProxy.start({ path: '/var/run/docker.sock' });
    server = await ServerProcess.start({
      'general.data_dir': directory,
      'spawner.host_id': hostId,
      'docker.dd': `tcp://127.0.0.1:${proxy.port}`,
    });
  }, 120_000);

  afterAll(async () => {
    await server?.stop();
    await proxy?.stop();
    await rm(directory, { recursive: true, force: true });
    await removeContainersOfHost(hostId);
  });

  it('accepts messages meanwhile and ends every execution once, adopting what still runs', async () => {
    const actor = await server.call<{ id: string }>('POST', '/actors', { image: SHELL_IMAGE, max_workers: 2 });
    const path = `/actors/${actor.result.id}`;
    const send = async (text: string): Promise<string> => {
      const answer = await server.call<{ execution_id: string }>('POST', `${path}/messages`, { message: text });
      expect(answer.status).toBe(200);
      return answer.result.execution_id;
    };
    const status = async (id: string): Promise<string> =>
      (await server.call<{ status: string }>('GET', `${path}/executions/${id}`)).result.status;
    const logs = async (id: string): Promise<string> =>
      (await server.call<{ logs: string }>('GET', `${path}/executions/${id}/logs`)).result.logs;
    const long = await send('echo begun; sleep 8; echo ended');
    await eventually('it runs', async () => (await logs(long)) === 'begun\n');

    const { port } = proxy;
    await proxy.stop();
    const waiting = await Promise.all(Array.from({ length: 5 }, (_, index) => send(`echo ${index}`)));
    await eventually('the outage is noticed', async () => !(await fetch(`${server.url}/health/ready`)).ok);
    proxy = await SocketProxy.start({ path: '/var/run/docker.sock' }, port);

    await eventually(
      'every execution is complete',
      async () => {
        const statuses = await Promise.all([long, ...waiting].map(status));
        return statuses.every((each) => each === 'COMPLETE');
      },
      90_000,
    );
    expect(await logs(long)).toBe('begun\nended\n');
    expect(await Promise.all(waiting.map(logs))).toEqual(waiting.map((_, index) => `${index}\n`));
    await server.call('DELETE', path);
    await eventually('no container is left', async () => (await containersOfHost(hostId)).length === 0);
  }, 180_000);
});
