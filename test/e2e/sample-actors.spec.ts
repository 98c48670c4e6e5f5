import { execFileSync } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { eventually } from '../support/eventually.js';
import { buildSampleActors, imageOf, type SampleActor } from '../support/sample-actors.js';
import { freePort } from '../support/server-process.js';
import { JwtServer } from './support/jwt-server.js';
import { RestServer } from './support/rest-server.js';

/**
 * The sample actors that are published for Abaco, as stand-ins in real Python on the execution contract alone: what works for
 * them works for images written for the original. They call the server back, so they run in the network of the host.
 */
describe('sample actors', () => {
  let server: RestServer;

  beforeAll(async () => {
    const [port] = await Promise.all([freePort(), buildSampleActors()]);
    server = await RestServer.start('samples', {
      docker: { pull_policy: 'never' },
      // what a privileged actor gets without being asked; not every test machine can run privileged containers
      workers: { network: 'host', global_mounts: ['/var/run/docker.sock:/var/run/docker.sock:rw'] },
      web: { port, max_log_length: 50_000 },
    });
  }, 120_000);
  afterAll(() => server.close());

  const register = (sample: SampleActor, fields: object = {}): Promise<string> =>
    server.register({ image: imageOf(sample), ...fields });
  /** Sends a message, waits for the end. @returns execution and log */
  const run = async (actor: string, message: unknown, query = ''): Promise<{ id: string; log: string }> => {
    const { result } = await server.call('POST', `/actors/${actor}/messages${query}`, { message });
    return ended(actor, String(result['execution_id']));
  };
  const runBinary = async (actor: string, message: Buffer): Promise<{ id: string; log: string }> => {
    const response = await fetch(`${server.running.url}/actors/${actor}/messages`, {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream' },
      body: new Uint8Array(message),
    });
    const { result } = (await response.json()) as { result: { execution_id: string } };
    return ended(actor, result.execution_id);
  };
  const ended = async (actor: string, id: string): Promise<{ id: string; log: string }> => {
    await server.inStatus(actor, id, 'COMPLETE');
    return { id, log: await server.logs(actor, id) };
  };
  const nextResult = async (actor: string, execution: string): Promise<Buffer> => {
    const response = await fetch(`${server.running.url}/actors/${actor}/executions/${execution}/results`);
    return Buffer.from(await response.arrayBuffer());
  };
  const stateOf = async (actor: string): Promise<unknown> =>
    (await server.call('GET', `/actors/${actor}/state`)).result['state'];
  const python = (program: string, input: Buffer = Buffer.alloc(0)): Buffer =>
    execFileSync('/usr/bin/python3', ['-c', program], { input });

  it('abaco_test prints its message and its environment', async () => {
    const actor = await register('abaco_test', { name: 'tester', default_environment: { fixed: 'of the actor' } });
    const { id, log } = await run(actor, 'testing execution');
    expect(log).toContain('Contents of MSG: testing execution\n');
    for (const line of [
      `_abaco_actor_id=${actor}`,
      `_abaco_api_server=${server.running.url}`,
      '_abaco_actor_state={}',
      '_abaco_username=anonymous',
      `_abaco_execution_id=${id}`,
      '_abaco_Content_Type=str',
      '_abaco_Content-Type=str',
      `_abaco_container_repo=${imageOf('abaco_test')}`,
      '_abaco_actor_name=tester',
      'fixed=of the actor',
      'PATH=/usr/bin',
    ]) {
      expect(log.split('\n')).toContain(line);
    }
    expect(log).toMatch(/^_abaco_worker_id=\w+$/m);
  });

  it('sleep_loop understands a JSON message', async () => {
    const { log } = await run(await register('sleep_loop'), { sleep: 0.1, iterations: 3 });
    expect(log).toBe('iteration 0\niteration 1\niteration 2\n');
  });

  it('wc counts the words of a text and of a JSON message, and sends the count as a result', async () => {
    const actor = await register('wc');
    const plain = await run(actor, "it's a plain text");
    expect([plain.log, String(await nextResult(actor, plain.id))]).toEqual(['4\n', '4']);
    const json = await run(actor, { text: 'quotes " and \' and ü and \\ and\nlines', reducer: null });
    expect([json.log, String(await nextResult(actor, json.id))]).toEqual(['10\n', '10']);
  });

  it('sum_reducer adds up in its state', async () => {
    const actor = await register('sum_reducer', { stateless: false, state: {} });
    for (const message of [{ "it's": 1, b: 2 }, { b: 3 }, { ü: 1.5 }]) await run(actor, message);
    expect(await stateOf(actor)).toEqual({ "it's": 1, b: 5, ü: 1.5 });
  });

  it('py3_func calls a pickled function and answers with what it returns, also a large one', async () => {
    const actor = await register('py3_func');
    const call = python(
      'import pickle, sys, operator\n' +
        "sys.stdout.buffer.write(pickle.dumps({'func': operator.mul, 'args': ('ab', 30000), 'kwargs': {}}))",
    );
    const { id } = await runBinary(actor, call);
    const result = await nextResult(actor, id);
    expect(python('import pickle, sys; print(pickle.load(sys.stdin.buffer))', result).toString()).toBe(
      `${'ab'.repeat(30_000)}\n`,
    );
    expect(await nextResult(actor, id)).toHaveLength(0);
  });

  it('webhook posts its message with headers of its environment', async () => {
    const received: unknown[] = [];
    const receiver = createServer((request, response) => {
      void text(request).then((body) => {
        received.push([request.method, request.url, request.headers['x-token'], body]);
        response.end();
      });
    });
    await new Promise<void>((listening) => receiver.listen(0, '127.0.0.1', listening));
    try {
      const { port } = receiver.address() as AddressInfo;
      const environment = { URL: `http://127.0.0.1:${port}/hook`, HEADERS: { 'x-token': "it's" } };
      const { log } = await run(await register('webhook', { default_environment: environment }), {
        event_type: 'TEST',
      });
      expect(log).toBe('answered with 200\n');
      expect(received).toEqual([['POST', '/hook', "it's", "{'event_type': 'TEST'}"]]);
    } finally {
      receiver.close();
    }
  });

  it('binary_message_classifier sees every byte of an image larger than a pipe', async () => {
    const jpeg = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.alloc(300_000, 7)]);
    const { log } = await runBinary(await register('binary_message_classifier'), jpeg);
    expect(log).toBe('JPEG, 300004 bytes\n');
  });

  it('docker_ps sees itself through the socket of the engine', async () => {
    const { id, log } = await run(await register('docker_ps'), 'x');
    expect(log).toContain(`${id}\n`);
    expect(log.trimEnd().split('\n').at(-1)).toBe(`this is ${id}`);
    expect(log.split('\n').filter((line) => line.endsWith(id)).length).toBeGreaterThan(1);
  });

  it('mem_limit ends at its limit, and the actor goes on', async () => {
    const actor = await register('mem_limit', { mem_limit: '64m' });
    const { id, log } = await run(actor, 'x');
    expect(log).toBe('allocating\n');
    const { result } = await server.call('GET', `/actors/${actor}/executions/${id}`);
    expect(result).toMatchObject({ status: 'COMPLETE', exit_code: 137, final_state: { OOMKilled: true } });
    expect((await run(actor, 'again')).log).toBe('allocating\n');
  });

  it('logger prints more than a log may hold, which says so', async () => {
    const { log } = await run(await register('logger'), { length: 60_000 });
    expect(log).toBe(`${'x'.repeat(50_000)} LOG LIMIT EXCEEDED; this execution log was TRUNCATED!`);
  });

  it('tapis_token_test reads the query of its message', async () => {
    const { log } = await run(await register('tapis_token_test'), 'x', '?runs=2&sleep=0.1&verbose=True');
    expect(log).toBe('run 0 no token\nrun 1 no token\n');
  });

  it('tapis_token_test reads the token of its execution', async () => {
    const issuing = await JwtServer.start({
      docker: { pull_policy: 'never' },
      tokens: { issuer: 'builtin' },
    });
    try {
      const jdoe = issuing.as('jdoe');
      const { id } = (
        await jdoe<{ id: string }>('POST', '/actors', { image: imageOf('tapis_token_test'), token: true })
      ).result;
      const sent = await jdoe<{ execution_id: string }>('POST', `/actors/${id}/messages?runs=1&sleep=0&verbose=True`, {
        message: 'x',
      });
      const path = `/actors/${id}/executions/${sent.result.execution_id}`;
      await eventually('it is COMPLETE', async () => (await jdoe('GET', path)).result['status'] === 'COMPLETE');
      expect((await jdoe('GET', `${path}/logs`)).result['logs']).toBe('run 0 a token\n');
      await jdoe('DELETE', `/actors/${id}`);
    } finally {
      await issuing.close();
    }
  });

  it('nonce_recursion sends messages to itself by the nonce that it was called with', async () => {
    const port = await freePort();
    const guarded = await JwtServer.start({
      docker: { pull_policy: 'never' },
      workers: { network: 'host' },
      web: { port, api_server: `http://127.0.0.1:${port}` },
    });
    try {
      const jdoe = guarded.as('jdoe');
      const { id } = (await jdoe<{ id: string }>('POST', '/actors', { image: imageOf('nonce_recursion') })).result;
      const nonces = `/actors/${id}/nonces`;
      const nonce = (await jdoe<{ id: string }>('POST', nonces, { max_uses: 5, level: 'EXECUTE' })).result.id;
      const sent = await guarded.anybody('POST', `/actors/${id}/messages?x-nonce=${nonce}`, { message: '3' });
      expect(sent.code).toBe(200);
      const executions = async (): Promise<string[]> => {
        const { result } = await jdoe<{ executions: { status: string }[] }>('GET', `/actors/${id}/executions`);
        return result.executions.map(({ status }) => status);
      };
      const all = ['COMPLETE', 'COMPLETE', 'COMPLETE', 'COMPLETE'];
      await eventually('four executions are COMPLETE', async () => String(await executions()) === String(all));
      const used = await jdoe<{ remaining_uses: number }>('GET', `${nonces}/${nonce}`);
      expect(used.result.remaining_uses).toBe(1);
      await jdoe('DELETE', `/actors/${id}`);
    } finally {
      await guarded.close();
    }
  });

  it('an executor of functions sends them, polls and fetches results until there are none', async () => {
    const actor = await register('py3_func');
    const pickled = (n: number): Buffer =>
      python(
        'import pickle, sys, operator\n' +
          `sys.stdout.buffer.write(pickle.dumps({'func': operator.pow, 'args': (${n}, 2), 'kwargs': {}}))`,
      );
    const runs = await Promise.all([3, 4, 5].map((n) => runBinary(actor, pickled(n))));
    const results: string[] = [];
    for (const { id } of runs) {
      for (let result = await nextResult(actor, id); result.length > 0; result = await nextResult(actor, id)) {
        results.push(python('import pickle, sys; print(pickle.load(sys.stdin.buffer))', result).toString().trim());
      }
    }
    expect(results).toEqual(['9', '16', '25']);
    await eventually('no message waits', async () => {
      return (await server.call('GET', `/actors/${actor}/messages`)).result['messages'] === 0;
    });
  });
});
