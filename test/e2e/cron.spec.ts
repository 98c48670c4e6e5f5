import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '@abaco/config';
import { type RunningServer, startServer } from '../../apps/server/src/bootstrap.js';
import { eventually } from '../support/eventually.js';
import { buildTestImages, ECHO_IMAGE } from '../support/images.js';

interface Answer {
  readonly result: Record<string, unknown> & {
    readonly ids?: string[];
    readonly executions?: Record<string, unknown>[];
  };
}

describe('actors with a cron schedule', () => {
  let directory: string;
  let server: RunningServer;

  beforeAll(async () => {
    await buildTestImages();
    directory = await mkdtemp(join(tmpdir(), 'abaco-cron-'));
    server = await startServer(
      loadConfig({
        env: {},
        overrides: {
          general: { data_dir: directory },
          spawner: { host_id: `cron-${randomUUID().slice(0, 8)}` },
          workers: { init_count: 0 },
          web: { port: 0 },
        },
      }),
    );
  });
  afterAll(async () => {
    await server.close();
    await rm(directory, { recursive: true, force: true });
  });

  const call = async (method: string, path: string, body?: object): Promise<Answer['result']> => {
    const response = await fetch(server.url + path, {
      method,
      headers: body === undefined ? {} : { 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    expect(response.status).toBe(200);
    return ((await response.json()) as Answer).result;
  };
  const shown = (time: Date): string =>
    `${time.getUTCFullYear()}-${time.getUTCMonth() + 1}-${time.getUTCDate()} ${time.getUTCHours()}`;

  it('run in the hour of their start, with a worker that is started for it, and only once', async () => {
    const before = Date.now();
    const actor = await call('POST', '/actors', { image: ECHO_IMAGE, cron_schedule: 'now + 1 month' });
    const path = `/actors/${String(actor.id)}`;
    expect(actor).toMatchObject({ cron_on: true, cron_schedule: 'now + 1 month' });
    const execution = await eventually('the execution is complete', async () => {
      const [first] = (await call('GET', `${path}/executions`)).executions ?? [];
      return first?.status === 'COMPLETE' && first;
    });
    const logs = String((await call('GET', `${path}/executions/${String(execution.id)}/logs`)).logs).split('\n');
    expect(logs).toEqual(expect.arrayContaining(['_abaco_username=cron', '_abaco_Content_Type=str']));
    expect(logs.join('\n')).toMatch(/_abaco_api_server=http/);
    expect(logs.join('\n')).toContain('This is your cron execution');
    expect(await call('GET', `${path}/executions/${String(execution.id)}`)).toMatchObject({ executor: 'cron' });
    const after = await eventually('the schedule is advanced', async () => {
      const found = await call('GET', path);
      return found.cron_next_ex !== shown(new Date(before)) && found;
    });
    expect(after.cron_next_ex).not.toBe(actor.cron_next_ex);
    expect((await call('GET', `${path}/executions`)).executions).toHaveLength(1);
    await call('DELETE', path);
  });

  it('are advanced without a run when cron is off', async () => {
    const actor = await call('POST', '/actors', { image: ECHO_IMAGE });
    const path = `/actors/${String(actor.id)}`;
    const updated = await call('PUT', path, { image: ECHO_IMAGE, cron_schedule: 'now + 2 months' });
    expect(updated).toMatchObject({ cron_on: false, cron_schedule: 'now + 2 months' });
    await eventually('the schedule is advanced', async () => {
      return (await call('GET', path)).cron_next_ex !== updated.cron_next_ex;
    });
    expect((await call('GET', `${path}/executions`)).executions).toEqual([]);
    const kept = await call('PUT', path, { image: ECHO_IMAGE, cron_on: true });
    expect(kept).toMatchObject({ cron_on: true, cron_schedule: 'now + 2 months' });
    await call('DELETE', path);
  });
});
