import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ConfigOverrides, loadConfig } from '@abaco/config';
import { type RunningServer, startServer } from '../../apps/server/src/bootstrap.js';
import { eventually } from '../support/eventually.js';
import { BINARY_IMAGE, buildTestImages, ECHO_IMAGE, RESULTS_IMAGE } from '../support/images.js';

interface Answer<R> {
  readonly code: number;
  readonly status: string;
  readonly message: string;
  readonly result: R;
}

interface Execution {
  readonly id: string;
  readonly status: string;
}

const tenant = 'DEV-DEVELOP';

describe('the REST service over real containers', () => {
  let directory: string;
  let server: RunningServer;

  const start = (overrides: ConfigOverrides = {}): Promise<RunningServer> =>
    startServer(
      loadConfig({
        env: {},
        overrides: {
          ...overrides,
          general: { data_dir: directory, TAG: 'e2e' },
          spawner: { host_id: `rest-${randomUUID().slice(0, 8)}` },
          web: { port: 0, api_server: 'https://api.example.org', ...overrides.web },
        },
      }),
    );

  beforeAll(async () => {
    await buildTestImages();
  });
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'abaco-rest-'));
  });
  afterEach(async () => {
    await server.close();
    await rm(directory, { recursive: true, force: true });
  });

  const call = async <R>(method: string, path: string, init: RequestInit = {}): Promise<Answer<R>> => {
    const response = await fetch(server.url + path, { ...init, method, headers: { tenant, ...init.headers } });
    return { code: response.status, ...((await response.json()) as Omit<Answer<R>, 'code'>) };
  };
  const json = (body: unknown): RequestInit => ({
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  });
  const register = async (fields: object): Promise<string> => {
    const { code, result } = await call<{ id: string; status: string }>('POST', '/actors', json(fields));
    expect([code, result.status]).toEqual([200, 'SUBMITTED']);
    await eventually(
      'the actor is ready',
      async () => (await call<{ status: string }>('GET', `/actors/${result.id}`)).result.status === 'READY',
    );
    return result.id;
  };
  const send = async (actor: string, init: RequestInit, query = ''): Promise<string> => {
    const answer = await call<{ execution_id: string; executionId: string }>(
      'POST',
      `/actors/${actor}/messages${query}`,
      init,
    );
    expect(answer).toMatchObject({ code: 200, message: 'The request was successful' });
    return answer.result.execution_id ?? answer.result.executionId;
  };
  const complete = async (actor: string, execution: string): Promise<Record<string, unknown>> =>
    eventually('the execution is complete', async () => {
      const { result } = await call<Record<string, unknown>>('GET', `/actors/${actor}/executions/${execution}`);
      return result['status'] === 'COMPLETE' && result;
    });
  const logsOf = async (actor: string, execution: string): Promise<string> =>
    (await call<{ logs: string }>('GET', `/actors/${actor}/executions/${execution}/logs`)).result.logs;

  it('runs a container for each text and JSON message, and shows executions, logs and workers', async () => {
    server = await start();
    const actor = await register({
      image: ECHO_IMAGE,
      name: 'echo',
      default_environment: { COLOR: 'red', SIZE: 'big' },
    });
    const first = await send(actor, { body: new URLSearchParams({ message: 'testing execution' }) }, '?COLOR=blue');
    const second = await send(actor, json({ a: [1.5, 'x', null] }));

    const details = await complete(actor, first);
    expect(details).toMatchObject({
      id: first,
      actor_id: actor,
      api_server: 'https://api.example.org',
      executor: 'anonymous',
      exit_code: 0,
      image_digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) as string,
      final_state: { Status: 'exited', ExitCode: 0 },
      resources: { memory_peak: expect.any(Number) as number, network_received: expect.any(Number) as number },
      _links: { logs: `https://api.example.org/actors/v2/${actor}/executions/${first}/logs` },
    });
    expect(details).not.toHaveProperty('tenant');
    const logs = await logsOf(actor, first);
    expect(logs).toContain('Contents of MSG: testing execution');
    for (const line of [
      'COLOR=blue',
      'SIZE=big',
      `_abaco_actor_id=${actor}`,
      '_abaco_actor_name=echo',
      `_abaco_execution_id=${first}`,
      '_abaco_Content_Type=str',
      '_abaco_username=anonymous',
      '_abaco_api_server=https://api.example.org',
    ]) {
      expect(logs.split('\n')).toContain(line);
    }
    await complete(actor, second);
    expect(await logsOf(actor, second)).toContain("Contents of MSG: {'a': [1.5, 'x', None]}");

    const { result: summary } = await call<{ total_executions: number; executions: Execution[] }>(
      'GET',
      `/actors/${actor}/executions`,
    );
    expect(summary.total_executions).toBe(2);
    expect(summary.executions.map(({ id, status }) => [id, status])).toEqual([
      [first, 'COMPLETE'],
      [second, 'COMPLETE'],
    ]);
    const { result: workers } = await call<Record<string, unknown>[]>('GET', `/actors/${actor}/workers`);
    expect(workers[0]).toMatchObject({
      tenant,
      image: ECHO_IMAGE,
      status: expect.stringMatching(/READY|BUSY/) as string,
    });
    const worker = await call('GET', `/actors/${actor}/workers/${String(workers[0]?.['id'])}`);
    expect(worker.message).toBe('Worker retrieved successfully.');
    expect((await call<{ messages: number }>('GET', `/actors/${actor}/messages`)).result.messages).toBe(0);
  });

  it('hands bytes over unchanged and gives results one by one', async () => {
    server = await start();
    const binary = await register({ image: BINARY_IMAGE });
    const bytes = randomBytes(3_000_000);
    const octets = { 'content-type': 'application/octet-stream' };
    const sent = await send(binary, { body: bytes, headers: octets });
    await complete(binary, sent);
    expect(await logsOf(binary, sent)).toContain(createHash('sha256').update(bytes).digest('hex'));

    const results = await register({ image: RESULTS_IMAGE });
    const execution = await send(results, json({ message: 'one two' }));
    await complete(results, execution);
    const next = async (): Promise<string> => {
      const response = await fetch(`${server.url}/actors/${results}/executions/${execution}/results`, {
        headers: { tenant },
      });
      expect(response.headers.get('content-type')).toBe('application/octet-stream');
      return response.text();
    };
    expect([await next(), await next(), await next()]).toEqual(['one', 'two', '']);
  });

  it('keeps tenants apart, keeps state, purges and deletes', async () => {
    server = await start();
    const actor = await register({ image: ECHO_IMAGE, stateless: false });
    const elsewhere = { headers: { tenant: 'OTHER' } };
    expect((await call('GET', `/actors/${actor}`, elsewhere)).code).toBe(404);
    expect((await call('GET', '/actors', elsewhere)).result).toEqual([]);
    expect((await call('POST', `/actors/${actor}/messages?message=x`, elsewhere)).code).toBe(404);
    expect((await call('DELETE', `/actors/${actor}`, elsewhere)).code).toBe(200);

    const state = { count: 1, nested: { 'a.b': [null] } };
    expect((await call<{ state: unknown }>('POST', `/actors/${actor}/state`, json(state))).result.state).toEqual(state);
    expect((await call('GET', `/actors/${actor}/state`)).result).toEqual({ state });
    const execution = await send(actor, { body: new URLSearchParams({ message: 'm' }) });
    await complete(actor, execution);
    expect(await logsOf(actor, execution)).toContain("_abaco_actor_state={'count': 1, 'nested': {'a.b': [None]}}");

    expect((await call('DELETE', `/actors/${actor}/messages`)).result).toMatchObject({ msg: 'Actor mailbox purged.' });
    expect(await call('DELETE', `/actors/${actor}`)).toMatchObject({
      message: 'Actor deleted successfully.',
      result: null,
    });
    expect((await call('GET', `/actors/${actor}`)).code).toBe(404);
  });

  it('answers the same idempotency key with the first execution', async () => {
    server = await start();
    const actor = await register({ image: ECHO_IMAGE });
    const once = (): Promise<string> => {
      const { body, headers } = json({ message: 'once' });
      return send(actor, { body: body ?? null, headers: { ...headers, 'idempotency-key': 'k-1' } });
    };
    const first = await once();
    expect(await once()).toBe(first);
    await complete(actor, first);
    expect(await once()).toBe(first);
  });

  it('knows everything after a restart', async () => {
    server = await start();
    const actor = await register({ image: ECHO_IMAGE });
    const execution = await send(actor, json({ message: 'before' }));
    await complete(actor, execution);
    await server.close();
    server = await start();
    expect(await logsOf(actor, execution)).toContain('Contents of MSG: before');
    await complete(actor, await send(actor, json({ message: 'after' })));
  });

  it('speaks camel case when told to', async () => {
    server = await start({ web: { case: 'camel' } });
    const actor = await register({ image: ECHO_IMAGE, defaultEnvironment: { A_b: 1 } });
    const shown = (await call<object>('GET', `/actors/${actor}`)).result;
    expect(shown).toMatchObject({ defaultEnvironment: { A_b: 1 }, useContainerUid: false });
    expect(shown).not.toHaveProperty('name');
    const execution = await send(actor, json({ message: 'm' }));
    const details = await complete(actor, execution);
    expect(details).toMatchObject({
      actorId: actor,
      exitCode: 0,
      imageDigest: expect.stringMatching(/^sha256:/) as string,
      finalState: { ExitCode: 0 },
    });
  });
});
