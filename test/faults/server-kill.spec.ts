import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { containersOfHost } from '../support/docker-cli.js';
import { eventually } from '../support/eventually.js';
import { SHELL_IMAGE, buildTestImages } from '../support/images.js';
import { ServerProcess } from '../support/server-process.js';

interface Summary {
  readonly executions: { readonly id: string; readonly status: string }[];
}

describe('the server killed with -9', () => {
  const hostId = `kill-${randomUUID().slice(0, 8)}`;
  let directory: string;
  let server: ServerProcess;

  beforeAll(async () => {
    await buildTestImages();
    directory = await mkdtemp(join(tmpdir(), 'abaco-kill-'));
  });

  afterAll(async () => {
    await server.stop();
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
  }, 300_000);
});
