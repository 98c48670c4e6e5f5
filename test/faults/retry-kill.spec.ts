import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeContainersOfHost } from '../support/docker-cli.js';
import { eventually } from '../support/eventually.js';
import { buildTestImages, SHELL_IMAGE } from '../support/images.js';
import { ServerProcess } from '../support/server-process.js';

interface Execution {
  readonly status: string;
  readonly error: string | null;
  readonly retry_at: string | null;
  readonly attempts: readonly {
    readonly number: number;
    readonly failure: string | null;
    readonly start_time: string;
  }[];
}

describe('kill -9 while an execution pauses before its next attempt', () => {
  const hostId = `pause-${randomUUID().slice(0, 8)}`;
  let directory: string;
  let server: ServerProcess | undefined;
  const start = (): Promise<ServerProcess> =>
    ServerProcess.start({ 'general.data_dir': directory, 'spawner.host_id': hostId });

  beforeAll(async () => {
    await buildTestImages();
    directory = await mkdtemp(join(tmpdir(), 'abaco-pause-'));
  });
  afterAll(async () => {
    await server?.stop();
    await removeContainersOfHost(hostId);
    await rm(directory, { recursive: true, force: true });
  });

  it('takes nothing of the pause away: the next attempt comes when it is over, and not before', async () => {
    const first = (server = await start());
    const retry_policy = { max_attempts: 2, backoff_seconds: 8, retry_on: ['exit'] };
    const actor = await first.call<{ id: string }>('POST', '/actors', { image: SHELL_IMAGE, retry_policy });
    const path = `/actors/${actor.result.id}`;
    const sent = await first.call<{ execution_id: string }>('POST', `${path}/messages`, { message: 'exit 3' });
    const execution = `${path}/executions/${sent.result.execution_id}`;
    const pausing = await eventually('a pause', async () => {
      const { result } = await first.call<Execution>('GET', execution);
      return result.retry_at !== null && result;
    });
    await first.kill();
    const second = (server = await start());
    const ended = await eventually('the second attempt has ended', async () => {
      const { result } = await second.call<Execution>('GET', execution);
      return result.status === 'ERROR' && result;
    });
    expect(ended.error).toBe('Given up after 2 attempts: The container ended with exit code 3.');
    expect(ended.attempts.map(({ number, failure }) => [number, failure])).toEqual([
      [1, 'exit'],
      [2, 'exit'],
    ]);
    const again = Date.parse(ended.attempts[1]?.start_time ?? '');
    expect(again).toBeGreaterThanOrEqual(Date.parse(String(pausing.retry_at)));
  });
});
