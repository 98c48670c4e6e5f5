import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { containersOfHost, removeContainersOfHost } from '../support/docker-cli.js';
import { eventually } from '../support/eventually.js';
import { buildTestImages, ECHO_IMAGE, SHELL_IMAGE } from '../support/images.js';
import { ServerProcess } from '../support/server-process.js';

interface Actor {
  id: string;
  status: string;
  status_message: string | null;
  revision: number;
  state: unknown;
}

interface Ended {
  status: string;
  exit_code: number;
  attempts: unknown[];
}

describe('actors whose owners change their minds', () => {
  const hostId = `life-${randomUUID().slice(0, 8)}`;
  let directory: string;
  let server: ServerProcess;

  beforeAll(async () => {
    await buildTestImages();
    directory = await mkdtemp(join(tmpdir(), 'abaco-life-'));
    server = await ServerProcess.start({ 'general.data_dir': directory, 'spawner.host_id': hostId });
  }, 120_000);

  afterAll(async () => {
    await server?.stop();
    await removeContainersOfHost(hostId);
    await rm(directory, { recursive: true, force: true });
  });

  const register = async (fields: object): Promise<string> =>
    `/actors/${(await server.call<Actor>('POST', '/actors', fields)).result.id}`;
  const inStatus = <T extends { status: string }>(path: string, status: string): Promise<T> =>
    eventually(`${path} is ${status}`, async () => {
      const { result } = await server.call<T>('GET', path);
      return result.status === status && result;
    });
  const send = async (path: string, message: string): Promise<string> => {
    const answer = await server.call<{ execution_id: string }>('POST', `${path}/messages`, { message });
    expect(answer.status).toBe(200);
    return `${path}/executions/${answer.result.execution_id}`;
  };
  const logsOf = async (execution: string): Promise<string> =>
    (await server.call<{ logs: string }>('GET', `${execution}/logs`)).result.logs;

  it('let the running message of the old image end, and run what is sent afterwards in the new one', async () => {
    const path = await register({ image: SHELL_IMAGE, stateless: false, state: { kept: true } });
    const old = await send(path, 'sleep 2; echo old image');
    await inStatus(old, 'RUNNING');
    const update = await server.call<Actor>('PUT', path, { image: ECHO_IMAGE, stateless: false });
    expect(update).toMatchObject({ status: 200, message: 'Actor updated successfully.' });
    expect(update.result).toMatchObject({ status: 'SUBMITTED', revision: 2, state: { kept: true } });
    const fresh = await send(path, 'to the new image');

    await inStatus(old, 'COMPLETE');
    expect(await logsOf(old)).toContain('old image');
    await inStatus(fresh, 'COMPLETE');
    const logs = await logsOf(fresh);
    expect(logs).toContain('Contents of MSG: to the new image');
    expect(logs).toContain('_abaco_actor_revision=2');
    await inStatus(path, 'READY');
    const workers = await server.call<{ image: string }[]>('GET', `${path}/workers`);
    expect(workers.result.map(({ image }) => image)).toEqual([ECHO_IMAGE]);
  });

  it('lose no message and run none twice while they are updated again and again', async () => {
    const path = await register({ image: SHELL_IMAGE, max_workers: 2 });
    const executions: string[] = [];
    for (let round = 0; round < 5; round++) {
      for (let message = 0; message < 6; message++) {
        executions.push(await send(path, 'echo run; sleep 0.2'));
      }
      const update = await server.call<Actor>('PUT', path, { image: SHELL_IMAGE, max_workers: 2, force: true });
      expect(update.result.revision).toBe(round + 2);
    }
    for (const execution of executions) {
      const record = await inStatus<Ended>(execution, 'COMPLETE');
      expect(record.exit_code).toBe(0);
      expect(record.attempts.length).toBeLessThanOrEqual(1);
      expect(await logsOf(execution)).toBe('run\n');
    }
    const started = await server.call<{ executions: unknown[] }>('GET', `${path}/executions`);
    expect(started.result.executions).toHaveLength(executions.length);
    await inStatus(path, 'READY');
  }, 120_000);

  it('come out of ERROR with an image that exists, and run what has been waiting', async () => {
    const path = await register({ image: 'abaco/no-such-image:1' });
    await inStatus(path, 'ERROR');
    const execution = await send(path, 'echo at last');
    const { result } = await server.call<Actor>('PUT', path, { image: SHELL_IMAGE });
    expect(result).toMatchObject({ status: 'SUBMITTED', status_message: null, revision: 2 });
    await inStatus(execution, 'COMPLETE');
    expect(await logsOf(execution)).toContain('at last');
    await inStatus(path, 'READY');
  });

  it('get new workers when forced, and keep theirs otherwise', async () => {
    const path = await register({ image: SHELL_IMAGE });
    await inStatus(path, 'READY');
    const workers = async (): Promise<string[]> =>
      (await server.call<{ id: string }[]>('GET', `${path}/workers`)).result.map(({ id }) => id);
    const before = await workers();
    const changed = await server.call<Actor>('PUT', path, { image: SHELL_IMAGE, default_environment: { A: 'new' } });
    expect(changed.result).toMatchObject({ revision: 1, status: 'READY' });
    const execution = await send(path, 'echo A is $A');
    await inStatus(execution, 'COMPLETE');
    expect(await logsOf(execution)).toContain('A is new');
    expect(await workers()).toEqual(before);

    const forced = await server.call<Actor>('PUT', path, { image: SHELL_IMAGE, force: true });
    expect(forced.result).toMatchObject({ revision: 2, status: 'SUBMITTED' });
    await inStatus(path, 'READY');
    await eventually('only a new worker is left', async () => {
      const now = await workers();
      return now.length === 1 && now[0] !== before[0];
    });
  });

  it('have a running execution halted, with its exit code and logs, and go on with the next message', async () => {
    const path = await register({ image: SHELL_IMAGE });
    const execution = await send(path, "trap 'echo halted; exit 7' TERM; echo begun; while :; do sleep 0.1; done");
    await inStatus(execution, 'RUNNING');
    await eventually('it has begun', async () => (await logsOf(execution)).includes('begun'));
    const halt = await server.call('DELETE', execution);
    const id = execution.split('/').at(-1);
    expect(halt).toEqual({ status: 200, message: `Issued force quit command for execution ${id}.`, result: null });
    expect(await inStatus(execution, 'COMPLETE')).toMatchObject({ exit_code: 7, final_state: { Status: 'exited' } });
    expect(await logsOf(execution)).toBe('begun\nhalted\n');

    expect(await server.call('DELETE', execution)).toMatchObject({
      status: 400,
      message: 'Cannot force quit an execution not in RUNNING status. Execution was found in status: COMPLETE',
    });
    expect((await server.call('DELETE', `${path}/executions/unknown`)).status).toBe(400);
    await inStatus(await send(path, 'echo next'), 'COMPLETE');
  });

  it('get more workers than they would get of themselves, and lose the ones that are stopped', async () => {
    const path = await register({ image: SHELL_IMAGE, stateless: false });
    await inStatus(path, 'READY');
    const workers = async () => (await server.call<{ id: string; status: string }[]>('GET', `${path}/workers`)).result;
    const ensure = async (num: number) => (await server.call('POST', `${path}/workers`, { num })).message;
    const answers = await Promise.all([ensure(2), ensure(2)]);
    const already = `Actor ${path.split('/').at(-1)} already had 2 worker(s).`;
    const scheduled = 'Scheduled 1 new worker(s) to start. Previously, there were 1 workers.';
    expect(answers.sort()).toEqual([already, scheduled]);
    await eventually('both workers are ready', async () => {
      const all = await workers();
      return all.length === 2 && all.every(({ status }) => status === 'READY');
    });

    const execution = await send(path, 'sleep 2; echo finished');
    await inStatus(execution, 'RUNNING');
    const { result } = await server.call<{ worker_id: string }>('GET', execution);
    for (const { id } of await workers()) {
      expect(await server.call('DELETE', `${path}/workers/${id}`)).toMatchObject({
        status: 200,
        message: 'Worker scheduled to be stopped.',
      });
    }
    await eventually('the idle one is gone', async () => (await workers()).length === 1, 4_000);
    expect((await workers()).map(({ id }) => id)).toEqual([result.worker_id]);
    expect(await inStatus(execution, 'COMPLETE')).toMatchObject({ exit_code: 0 });
    expect(await logsOf(execution)).toBe('finished\n');
    await eventually('the busy one is gone', async () => (await workers()).length === 0, 4_000);
    expect((await server.call('DELETE', `${path}/workers/${result.worker_id}`)).status).toBe(404);
    await inStatus(await send(path, 'echo again'), 'COMPLETE');
  });

  it('count executions that took place elsewhere', async () => {
    const path = await register({ image: SHELL_IMAGE });
    const statistics = { runtime: 5, cpu: 60, io: 7 };
    const answer = await server.call<Actor>('POST', `${path}/executions`, statistics);
    expect(answer).toMatchObject({ status: 200, message: 'Actor execution added successfully.' });
    expect(answer.result.id).toBe(path.split('/').at(-1));
    await server.call('POST', `${path}/executions`, statistics);
    const { result } = await server.call<{ executions: { id: string }[] }>('GET', `${path}/executions`);
    expect(result).toMatchObject({ total_executions: 2, total_runtime: 10, total_cpu: 120, total_io: 14 });
    const recorded = await server.call('GET', `${path}/executions/${result.executions[0]?.id}`);
    expect(recorded.result).toMatchObject({
      status: 'COMPLETE',
      executor: 'anonymous',
      worker_id: null,
      ...statistics,
    });
    expect((await server.call<{ messages: number }>('GET', `${path}/messages`)).result.messages).toBe(0);
  });

  it('leave no container behind when they are deleted', async () => {
    const { result } = await server.call<Actor[]>('GET', '/actors');
    for (const { id } of result) await server.call('DELETE', `/actors/${id}`);
    await eventually('no container is left', async () => (await containersOfHost(hostId)).length === 0);
  });
});
