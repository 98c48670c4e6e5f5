import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import type { FunctionContext, FunctionHandler } from '@abaco/runtime';
import { eventually } from '../support/eventually.js';
import { buildTestImages, SHELL_IMAGE } from '../support/images.js';
import { answerTo, RestServer } from './support/rest-server.js';

let stubbornEnded = false;

const FUNCTIONS: Record<string, FunctionHandler> = {
  /** Says all that it was given. */
  report: ({ message, environment, actorId, executionId, attempt, log, write, sendResult }) => {
    const content = message.kind === 'binary' ? `${message.data.length} bytes` : message;
    log(JSON.stringify({ content, level: environment['LEVEL'], actorId, executionId, attempt }));
    write('done\n');
    sendResult('first');
    return { second: true };
  },
  fail: () => {
    throw new Error('no such order', { cause: new Error('deleted') });
  },
  /** Works from the second attempt on. */
  flaky: ({ attempt, log }) => {
    log(`attempt ${attempt}`);
    if (attempt === 1) throw new Error('not yet');
  },
  count: async ({ state, setState }: FunctionContext) => {
    const count = ((state as { count?: number }).count ?? 0) + 1;
    await setState({ count });
    return count;
  },
  chatter: ({ log }) => {
    for (let line = 0; line < 1_000; line++) log('line', line);
  },
  patient: async ({ log, signal }) => {
    log('begun');
    await delay(60_000, undefined, { signal });
  },
  tidy: async ({ log, signal }) => {
    log('begun');
    await once(signal, 'abort');
    log('tidied up');
  },
  stubborn: async ({ log, sendResult }) => {
    log('begun');
    await delay(14_000);
    log('too late');
    sendResult('too late');
    stubbornEnded = true;
  },
};

/** What a worker's status shows of a worker. */
interface ShownWorker {
  readonly image: string;
  readonly location: string;
  readonly cid: string;
}

describe('functions behind the REST service, without any container engine', () => {
  let server: RestServer;

  beforeAll(async () => {
    const nowhere = { dd: 'unix:///nowhere/docker.sock' };
    const overrides = { docker: nowhere, workers: { max_run_time: 3 }, web: { max_log_length: 2_000 } };
    server = await RestServer.start('functions', overrides, { functions: FUNCTIONS, engine: 'none' });
  });
  afterAll(() => server.close());

  const ended = async (actor: string, message: unknown = 'x') => {
    const execution = await server.send(actor, message);
    const record = await server.inStatus(actor, execution, 'COMPLETE');
    return { execution, record, logs: await server.logs(actor, execution) };
  };
  const result = async (actor: string, execution: string): Promise<string> =>
    (await fetch(`${server.running.url}/actors/${actor}/executions/${execution}/results`)).text();

  it('run with the same record, log and results as a container', async () => {
    const actor = await server.register({ image: 'function:report', default_environment: { LEVEL: 'high' } });
    const { execution, record, logs } = await ended(actor, 'hello');
    expect(record).toMatchObject({
      exit_code: 0,
      status: 'COMPLETE',
      cpu: 0,
      io: 0,
      final_state: { Status: 'exited', ExitCode: 0, OOMKilled: false },
    });
    expect(record['worker_id']).toEqual(expect.any(String));
    expect(record['start_time']).not.toBe(null);
    const [line = '', rest] = logs.split('\n', 2);
    expect(rest).toBe('done');
    expect(JSON.parse(line)).toEqual({
      content: { kind: 'text', text: 'hello' },
      level: 'high',
      actorId: actor,
      executionId: execution,
      attempt: 1,
    });
    expect(await result(actor, execution)).toBe('first');
    expect(await result(actor, execution)).toBe('{"second":true}');
    expect(await result(actor, execution)).toBe('');
  });

  it('show a worker that is in this process', async () => {
    const actor = await server.register({ image: 'function:report' });
    const { result: workers } = await server.call<ShownWorker[]>('GET', `/actors/${actor}/workers`);
    expect(workers).toMatchObject([{ image: 'function:report', location: 'in-process' }]);
    expect(workers[0]?.cid).toMatch(/^function-/);
  });

  it('get JSON as a value, bytes as bytes, and query parameters as environment', async () => {
    const actor = await server.register({ image: 'function:report' });
    const { result: accepted } = await server.call('POST', `/actors/${actor}/messages`, { n: [1, null] });
    const execution = String(accepted['execution_id']);
    await server.inStatus(actor, execution, 'COMPLETE');
    const logs = await server.logs(actor, execution);
    expect((JSON.parse(logs.split('\n')[0] ?? '') as { content: object }).content).toEqual({
      kind: 'json',
      value: { n: [1, null] },
      source: '{"n":[1,null]}',
    });
    const response = await fetch(`${server.running.url}/actors/${actor}/messages?LEVEL=low`, {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream' },
      body: Buffer.alloc(300_000),
    });
    const { result: sent } = (await response.json()) as { result: { execution_id: string } };
    await server.inStatus(actor, sent.execution_id, 'COMPLETE');
    const reported = JSON.parse((await server.logs(actor, sent.execution_id)).split('\n')[0] ?? '') as object;
    expect(reported).toMatchObject({ content: '300000 bytes', level: 'low' });
  });

  it('that throw are COMPLETE with exit code 1 and their stack in the log', async () => {
    const actor = await server.register({ image: 'function:fail' });
    const { record, logs } = await ended(actor);
    expect(record['exit_code']).toBe(1);
    expect(logs).toMatch(/^Error: no such order\n {4}at [^]*Caused by: Error: deleted\n/);
    // the worker goes on with the next message
    expect((await ended(actor)).record['exit_code']).toBe(1);
  });

  it('that throw are run again when the actor says so', async () => {
    const retry_policy = { max_attempts: 3, backoff_seconds: 0, retry_on: ['exit'] };
    const actor = await server.register({ image: 'function:flaky', retry_policy });
    const { record, logs } = await ended(actor);
    expect(record['exit_code']).toBe(0);
    expect(record['attempts']).toMatchObject([
      { number: 1, exit_code: 1 },
      { number: 2, exit_code: 0 },
    ]);
    expect(logs).toBe('attempt 2\n');
  });

  it('whose attempts are used up are dead letters, which can be sent again', async () => {
    const retry_policy = { max_attempts: 2, backoff_seconds: 0, retry_on: ['exit'] };
    const actor = await server.register({ image: 'function:fail', retry_policy });
    const dead = await server.send(actor, 'x');
    const record = await server.inStatus(actor, dead, 'ERROR');
    expect(record).toMatchObject({ error: 'Given up after 2 attempts: The container ended with exit code 1.' });
    const letters = `/actors/${actor}/dead_letters`;
    const listed = async (): Promise<string[]> => {
      const { result } = await server.call<{ dead_letters: { id: string }[] }>('GET', letters);
      return result.dead_letters.map(({ id }) => id);
    };
    expect(await listed()).toEqual([dead]);
    await server.call('PUT', `/actors/${actor}`, { image: 'function:report', retry_policy });
    const { result } = await server.call<{ redriven: { execution_id: string }[] }>('POST', `${letters}/${dead}`);
    const again = result.redriven[0]?.execution_id ?? '';
    expect(await server.inStatus(actor, again, 'COMPLETE')).toMatchObject({ exit_code: 0, redrive_of: dead });
    expect(await listed()).toEqual([]);
  });

  it('keep the state of a stateful actor, and are told that a stateless one has none', async () => {
    const actor = await server.register({ image: 'function:count', stateless: false, state: { count: 41 } });
    const { execution } = await ended(actor);
    expect(await result(actor, execution)).toBe('42');
    expect((await server.call('GET', `/actors/${actor}/state`)).result).toEqual({ state: { count: 42 } });
    const next = await ended(actor);
    expect(await result(actor, next.execution)).toBe('43');
    const stateless = await server.register({ image: 'function:count' });
    const refused = await ended(stateless);
    expect([refused.record['exit_code'], refused.logs]).toEqual([1, expect.stringContaining('actor is stateless.')]);
  });

  it('answer synchronous messages', async () => {
    const actor = await server.register({ image: 'function:count', stateless: false });
    const path = `/actors/${actor}/messages?_abaco_synchronous=true`;
    const answer = await answerTo(server.open('POST', path, { 'content-type': 'application/json' }, '{}'));
    expect([answer.statusCode, await text(answer)]).toEqual([200, '1']);
  });

  it('have their logs cut at the limit', async () => {
    const actor = await server.register({ image: 'function:chatter' });
    const { logs } = await ended(actor);
    expect(logs).toHaveLength(2_000 + ' LOG LIMIT EXCEEDED; this execution log was TRUNCATED!'.length);
    expect(logs).toMatch(/TRUNCATED!$/);
  });

  it('are ended when they run for too long: by their signal, or after a grace without it', async () => {
    const [patient, stubborn] = await Promise.all(
      ['patient', 'stubborn'].map((name) => server.register({ image: `function:${name}` })),
    );
    const [heeding, deaf] = await Promise.all([ended(patient ?? ''), ended(stubborn ?? '')]);
    expect([heeding.record['exit_code'], heeding.logs]).toEqual([143, 'begun\n']);
    expect(heeding.record['runtime']).toBe(3);
    expect([deaf.record['exit_code'], deaf.logs]).toEqual([137, 'begun\n']);
    await eventually('the stubborn function ends', () => stubbornEnded);
    expect(await result(stubborn ?? '', deaf.execution)).toBe('');
    expect(await server.logs(stubborn ?? '', deaf.execution)).toBe('begun\n');
  });

  it('can be halted', async () => {
    const actor = await server.register({ image: 'function:tidy' });
    const execution = await server.send(actor, 'x');
    await eventually('it has begun', async () => (await server.logs(actor, execution)) === 'begun\n');
    expect((await server.call('DELETE', `/actors/${actor}/executions/${execution}`)).code).toBe(200);
    expect((await server.inStatus(actor, execution, 'COMPLETE'))['exit_code']).toBe(0);
    expect(await server.logs(actor, execution)).toBe('begun\ntidied up\n');
  });

  it('send events to linked actors', async () => {
    const listener = await server.register({ image: 'function:report' });
    const actor = await server.register({ image: 'function:fail', link: listener });
    await ended(actor);
    const path = `/actors/${listener}/executions`;
    const heard = await eventually('the event has run', async () => {
      const { result } = await server.call<{ executions: { id: string; status: string }[] }>('GET', path);
      const logs = await Promise.all(
        result.executions.filter(({ status }) => status === 'COMPLETE').map(({ id }) => server.logs(listener, id)),
      );
      return logs.find((log) => log.includes('EXECUTION_COMPLETE'));
    });
    expect(heard).toContain(actor);
  });

  it('that do not exist put their actor in ERROR, as images do that do not exist', async () => {
    const messageOf = async (image: string): Promise<unknown> => {
      const id = await server.register({ image }, 'ERROR');
      return (await server.call('GET', `/actors/${id}`)).result['status_message'];
    };
    expect(await messageOf('function:nowhere')).toContain(
      'Image function:nowhere was not found: this application has no function of that name.',
    );
    expect(await messageOf('busybox:1')).toContain(
      'Image busybox:1 cannot run here: this application runs functions only. Give function:<name> as the image.',
    );
  });

  it.each([{ mem_limit: '1g' }, { max_cpus: 1_000_000_000 }])('cannot have %j', async (limit) => {
    const [field = ''] = Object.keys(limit);
    const refusal = {
      code: 400,
      message: expect.stringContaining(`${field} cannot be set for function:report`) as string,
    };
    expect(await server.call('POST', '/actors', { image: 'function:report', ...limit })).toMatchObject(refusal);
    const actor = await server.register({ image: 'function:count' });
    const update = { image: 'function:report', ...limit };
    expect(await server.call('PUT', `/actors/${actor}`, update)).toMatchObject(refusal);
  });
});

describe('functions beside containers', () => {
  let server: RestServer;

  beforeAll(async () => {
    await buildTestImages();
    server = await RestServer.start('beside', {}, { functions: FUNCTIONS });
  });
  afterAll(() => server.close());

  it('run each in their place, also after an update from one to the other', async () => {
    const [container, fn] = await Promise.all([
      server.register({ image: SHELL_IMAGE }),
      server.register({ image: 'function:report' }),
    ]);
    const executions = await Promise.all([server.send(container, 'echo contained'), server.send(fn, 'x')]);
    await Promise.all([
      server.inStatus(container, executions[0], 'COMPLETE'),
      server.inStatus(fn, executions[1], 'COMPLETE'),
    ]);
    expect(await server.logs(container, executions[0])).toBe('contained\n');
    expect(await server.logs(fn, executions[1])).toContain('done\n');
    await server.call('PUT', `/actors/${fn}`, { image: SHELL_IMAGE });
    const moved = await server.send(fn, 'echo moved');
    await server.inStatus(fn, moved, 'COMPLETE');
    expect(await server.logs(fn, moved)).toBe('moved\n');
  });
});
