import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { containersOfHost, removeContainersOfHost } from '../support/docker-cli.js';
import { eventually } from '../support/eventually.js';
import { SHELL_IMAGE, buildTestImages } from '../support/images.js';
import { ServerProcess } from '../support/server-process.js';

const run = promisify(execFile);

describe('a server whose disk is full', () => {
  const hostId = `full-${randomUUID().slice(0, 8)}`;
  let directory: string;
  let disk: string;
  let server: ServerProcess;

  beforeAll(async () => {
    await buildTestImages();
    directory = await mkdtemp(join(tmpdir(), 'abaco-full-'));
    disk = join(directory, 'disk');
    await mkdir(disk);
    // tests of a full disk need a small one of their own: root may mount a tmpfs
    await run('mount', ['-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', disk]);
    server = await ServerProcess.start({ 'general.data_dir': join(disk, 'data'), 'spawner.host_id': hostId });
  }, 120_000);

  afterAll(async () => {
    await server?.stop();
    await run('umount', [disk]);
    await rm(directory, { recursive: true, force: true });
    await removeContainersOfHost(hostId);
  });

  it('refuses messages with 503, loses none it has accepted, and goes on when there is room again', async () => {
    const actor = await server.call<{ id: string }>('POST', '/actors', { image: SHELL_IMAGE });
    const path = `/actors/${actor.result.id}`;
    const accepted: string[] = [];
    const send = async (): Promise<{ status: number; message: string }> => {
      const answer = await server.call<{ execution_id: string } | null>('POST', `${path}/messages`, {
        message: `echo ok # ${'x'.repeat(30_000)}`,
      });
      if (answer.status === 200 && answer.result) accepted.push(answer.result.execution_id);
      return answer;
    };
    const readiness = async (): Promise<string> => (await server.call('GET', '/health/ready')).message;
    expect((await send()).status).toBe(200);

    const filler = join(disk, 'filler');
    await fill(filler);
    const refused = await eventually('a message is refused', async () => {
      const answer = await send();
      return answer.status !== 200 && answer;
    });
    expect(refused.status).toBe(503);
    expect(await readiness()).toMatch(/^Not ready: .*disk/);

    await rm(filler);
    await eventually('messages are accepted again', async () => (await send()).status === 200, 60_000);
    await eventually('the server is ready', async () => (await readiness()) === 'The service is ready.');
    await eventually(
      'every accepted message is complete',
      async () => {
        const { result } = await server.call<{ executions: { id: string; status: string }[] }>(
          'GET',
          `${path}/executions`,
        );
        const complete = new Set(result.executions.filter(({ status }) => status === 'COMPLETE').map(({ id }) => id));
        return accepted.every((id) => complete.has(id));
      },
      120_000,
    );
    await server.call('DELETE', path);
    await eventually('no container is left', async () => (await containersOfHost(hostId)).length === 0);
  }, 240_000);
});

/** Writes until the disk is full. */
async function fill(path: string): Promise<void> {
  const file = await open(path, 'w');
  try {
    for (const size of [1 << 20, 4096]) {
      const block = Buffer.alloc(size);
      for (let full = false; !full;) {
        full = await file.write(block).then(
          () => false,
          () => true,
        );
      }
    }
  } finally {
    await file.close();
  }
}
