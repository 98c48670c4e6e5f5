import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { actorDbid, type ActorId, executionDbid, type TenantId } from '@abaco/contract';
import { EmbeddedMongo } from '@abaco/embedded';
import { Store } from '@abaco/store';
import { containersOfHost, removeContainersOfHost } from '../support/docker-cli.js';
import { eventually } from '../support/eventually.js';
import { SHELL_IMAGE, buildTestImages } from '../support/images.js';
import { ServerProcess } from '../support/server-process.js';

interface Summary {
  readonly executions: { readonly id: string; readonly status: string }[];
}

describe('the server killed with -9', () => {
  const hostId = `kill-${randomUUID().slice(0, 8)}`;
  const heirId = `${hostId}-heir`;
  let directory: string;
  let server: ServerProcess;

  beforeAll(async () => {
    await buildTestImages();
    directory = await mkdtemp(join(tmpdir(), 'abaco-kill-'));
  });

  afterAll(async () => {
    await server?.stop();
    await Promise.all([hostId, heirId].map(removeContainersOfHost));
    await rm(directory, { recursive: true, force: true });
  });

  it('loses none of 200 accepted messages, ends each in one final record and leaves no container', async () => {
    const settings = { 'general.data_dir': directory, 'spawner.host_id': hostId, 'web.tenant_name': 'DEV' };
    server = await ServerProcess.start(settings);
    const actor = await server.call<{ id: string }>('POST', '/actors', { image: SHELL_IMAGE, max_workers: 4 });
    const messages = `/actors/${actor.result.id}/messages`;
    const accepted = new Set<string>();
    const send = async (count: number): Promise<void> => {
      for (let sent = 0; sent < count; sent++) {
        const answer = await server.call<{ execution_id: string }>('POST', messages, {
          message: `sleep 0.2; echo message ${sent}`,
        });
        expect(answer.status).toBe(200);
        accepted.add(answer.result.execution_id);
      }
    };
    await Promise.all(Array.from({ length: 10 }, () => send(20)));
    expect(accepted.size).toBe(200);
    const summary = async (): Promise<Summary['executions']> =>
      (await server.call<Summary>('GET', `/actors/${actor.result.id}/executions`)).result.executions;
    await eventually('some executions run and some are complete', async () => {
      const statuses = (await summary()).map((execution) => execution.status);
      return statuses.includes('RUNNING') && statuses.includes('COMPLETE') && statuses.includes('SUBMITTED');
    });

    await server.kill();
    server = await ServerProcess.start(settings);

    const final = await eventually(
      'all executions are final',
      async () => {
        const executions = await summary();
        return executions.every(({ status }) => status === 'COMPLETE' || status === 'ERROR') && executions;
      },
      150_000,
    );
    expect(new Set(final.map((execution) => execution.id))).toEqual(accepted);
    expect(final).toHaveLength(200);
    expect(final.filter((execution) => execution.status !== 'COMPLETE')).toEqual([]);
    expect(await server.stop()).toBe(0);
    server = await ServerProcess.start(settings);
    const deleted = await server.call('DELETE', `/actors/${actor.result.id}`);
    expect(deleted.status).toBe(200);
    await eventually('no container is left', async () => (await containersOfHost(hostId)).length === 0);
    await server.stop();
  }, 300_000);

  it('remembers a halt that it could not carry out any more', async () => {
    const settings = { 'general.data_dir': directory, 'web.tenant_name': 'DEV', 'spawner.host_id': hostId };
    server = await ServerProcess.start(settings);
    const actor = await server.call<{ id: string }>('POST', '/actors', { image: SHELL_IMAGE });
    const path = `/actors/${actor.result.id}`;
    const message = "trap 'echo halted; exit 3' TERM; echo begun; while :; do sleep 0.1; done";
    const sent = await server.call<{ execution_id: string }>('POST', `${path}/messages`, { message });
    const execution = `${path}/executions/${sent.result.execution_id}`;
    const logs = async (): Promise<string> =>
      (await server.call<{ logs: string }>('GET', `${execution}/logs`)).result.logs;
    await eventually('it has begun', async () => (await logs()).includes('begun'));
    await server.kill();

    // what the server does between the request and the container
    const mongo = await EmbeddedMongo.start({ directory: join(directory, 'store') });
    const store = await Store.connect(mongo.uri('abaco'));
    const dbid = executionDbid(
      actorDbid('DEV' as TenantId, actor.result.id as ActorId),
      sent.result.execution_id as never,
    );
    expect(await store.executions.requestHalt(dbid)).toBe(true);
    await store.close();
    await mongo.close();

    server = await ServerProcess.start(settings);
    const ended = await eventually('it is complete', async () => {
      const { result } = await server.call<{ status: string }>('GET', execution);
      return result.status === 'COMPLETE' && result;
    });
    expect(ended).toMatchObject({ exit_code: 3 });
    expect(await logs()).toContain('halted');
    await server.call('DELETE', path);
    await server.stop();
  }, 120_000);

  it('leaves its work to a host of another name, once its leases have ended', async () => {
    const settings = { 'general.data_dir': directory, 'web.tenant_name': 'DEV', 'workers.lease_seconds': '3' };
    server = await ServerProcess.start({ ...settings, 'spawner.host_id': hostId });
    const actor = await server.call<{ id: string }>('POST', '/actors', { image: SHELL_IMAGE, max_workers: 1 });
    const path = `/actors/${actor.result.id}`;
    const sent = await server.call<{ execution_id: string }>('POST', `${path}/messages`, { message: 'sleep 2' });
    const execution = `${path}/executions/${sent.result.execution_id}`;
    const status = async (): Promise<string> => (await server.call<{ status: string }>('GET', execution)).result.status;
    await eventually('it runs', async () => (await status()) === 'RUNNING');

    await server.kill();
    server = await ServerProcess.start({ ...settings, 'spawner.host_id': heirId });
    await eventually('it is complete', async () => (await status()) === 'COMPLETE', 90_000);
    const workers = await server.call<{ host_id: string }[]>('GET', `${path}/workers`);
    expect(workers.result.map((worker) => worker.host_id)).toEqual([heirId]);
    await server.call('DELETE', path);
  }, 150_000);
});
