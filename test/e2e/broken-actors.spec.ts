import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildImage, findEngine } from '@abaco/engine';
import { containersOfHost, removeContainersOfHost } from '../support/docker-cli.js';
import { eventually } from '../support/eventually.js';
import { SHELL_IMAGE, buildTestImages } from '../support/images.js';
import { ServerProcess } from '../support/server-process.js';

const NO_COMMAND_IMAGE = 'abaco/test-no-command:latest';

interface Actor {
  readonly id: string;
  readonly status: string;
  readonly status_message: string | null;
}

describe('actors that cannot run', () => {
  const hostId = `broken-${randomUUID().slice(0, 8)}`;
  let directory: string;
  let server: ServerProcess;

  beforeAll(async () => {
    await buildTestImages();
    await buildImage(await findEngine(), NO_COMMAND_IMAGE, [{ path: '/empty', content: '' }], {
      cmd: ['/missing'],
      labels: { 'abaco.test-image': 'true' },
    });
    directory = await mkdtemp(join(tmpdir(), 'abaco-broken-'));
    server = await ServerProcess.start({ 'general.data_dir': directory, 'spawner.host_id': hostId });
  }, 120_000);

  afterAll(async () => {
    await server?.stop();
    await removeContainersOfHost(hostId);
    await rm(directory, { recursive: true, force: true });
  });

  const register = async (image: string, fields: object = {}): Promise<string> => {
    const { status, result } = await server.call<Actor>('POST', '/actors', { image, ...fields });
    expect(status).toBe(200);
    return `/actors/${result.id}`;
  };
  const inStatus = (path: string, status: string): Promise<Actor> =>
    eventually(`${path} is ${status}`, async () => {
      const { result } = await server.call<Actor>('GET', path);
      return result.status === status && result;
    });
  const send = async (path: string): Promise<string> => {
    const answer = await server.call<{ execution_id: string }>('POST', `${path}/messages`, { message: 'echo ran' });
    expect(answer.status).toBe(200);
    return `${path}/executions/${answer.result.execution_id}`;
  };

  it('says in the status message that the image cannot be had, and keeps the messages', async () => {
    const path = await register('abaco/no-such-image:1');
    const actor = await inStatus(path, 'ERROR');
    expect(actor.status_message).toContain('Spawner got an exception from call to start_worker. Exception:');
    expect(actor.status_message).toContain('abaco/no-such-image:1');
    const execution = await send(path);
    const { result } = await server.call<{ status: string }>('GET', execution);
    expect(result.status).toBe('SUBMITTED');
    const waiting = await server.call<{ messages: number }>('GET', `${path}/messages`);
    expect(waiting.result.messages).toBe(1);
    const workers = await server.call<unknown[]>('GET', `${path}/workers`);
    expect(workers.result).toEqual([]);
    const deleted = await server.call('DELETE', path);
    expect(deleted.message).toBe('Actor deleted successfully.');
    const gone = await server.call('GET', path);
    expect(gone.status).toBe(404);
  });

  it('ends executions in ERROR whose container cannot be started, and the actor after six in a row', async () => {
    const path = await register(NO_COMMAND_IMAGE);
    await inStatus(path, 'READY');
    for (let failures = 0; failures < 6; failures++) {
      const execution = await send(path);
      await eventually('the execution is in ERROR', async () => {
        const { result } = await server.call<{ status: string }>('GET', execution);
        return result.status === 'ERROR';
      });
    }
    const actor = await inStatus(path, 'ERROR');
    expect(actor.status_message).toMatch(/^Error executing container: /);
    await server.call('DELETE', path);
  });

  it('refuses limits that mean nothing when the actor is registered', async () => {
    const { status, message } = await server.call('POST', '/actors', { image: SHELL_IMAGE, mem_limit: 'lots' });
    expect([status, message]).toEqual([400, expect.stringContaining('mem_limit')]);
  });

  it('leaves other actors alone, and no container behind', async () => {
    const path = await register(SHELL_IMAGE);
    await inStatus(path, 'READY');
    const execution = await send(path);
    await eventually('the execution is complete', async () => {
      const { result } = await server.call<{ status: string }>('GET', execution);
      return result.status === 'COMPLETE';
    });
    await server.call('DELETE', path);
    await eventually('no container is left', async () => (await containersOfHost(hostId)).length === 0);
  });
});
