import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { eventually } from '../support/eventually.js';
import { BINARY_IMAGE, buildTestImages, ECHO_IMAGE, RESULTS_IMAGE, SHELL_IMAGE } from '../support/images.js';
import { answerTo, RestServer } from './support/rest-server.js';

describe('synchronous messages over real containers', () => {
  let server: RestServer;

  beforeAll(async () => {
    await buildTestImages();
    server = await start();
  });
  afterAll(() => server.close());

  const start = (): Promise<RestServer> =>
    RestServer.start('sync', {
      docker: { pull_policy: 'never' },
      web: { synchronous_timeout: 4, max_synchronous: 2 },
    });
  const pathOf = (actor: string, query = ''): string => `/actors/${actor}/messages?_abaco_synchronous=true${query}`;
  const json = { 'content-type': 'application/json' };
  const open = (actor: string, message: string, at = server) =>
    at.open('POST', pathOf(actor), json, JSON.stringify({ message }));
  const send = async (actor: string, message: string): Promise<{ answer: IncomingMessage; body: string }> => {
    const answer = await answerTo(open(actor, message));
    return { answer, body: await text(answer) };
  };
  /** An actor whose messages wait for ever: its image is nowhere. */
  const broken = (at = server): Promise<string> => at.register({ image: 'abaco/no-such-image:latest' }, 'ERROR');
  const waiting = async (actor: string, count: number, at = server): Promise<void> => {
    await eventually(`${count} messages wait`, async () => {
      return (await at.call('GET', `/actors/${actor}/messages`)).result['messages'] === count;
    });
  };

  it('answer with the log', async () => {
    const actor = await server.register({ image: ECHO_IMAGE });
    const { answer, body } = await send(actor, 'hello <b>');
    expect([answer.statusCode, answer.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    expect(answer.headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; sandbox",
    });
    expect(body).toContain('Contents of MSG: hello <b>\n');
    expect(body).toContain('_abaco_synchronous=true\n');
    const execution = String(answer.headers['x-abaco-execution-id']);
    expect(await server.logs(actor, execution)).toBe(body);
    expect((await server.inStatus(actor, execution, 'COMPLETE'))['exit_code']).toBe(0);
  });

  it('answer with nothing when nothing was said', async () => {
    const actor = await server.register({ image: SHELL_IMAGE });
    const { answer, body } = await send(actor, 'exit 7');
    expect([answer.statusCode, body]).toEqual([200, '']);
  });

  it('answer with the first result, and leave the others', async () => {
    const actor = await server.register({ image: RESULTS_IMAGE });
    const { answer, body } = await send(actor, 'one two three');
    expect([answer.statusCode, answer.headers['content-type'], body]).toEqual([200, 'application/octet-stream', 'one']);
    const execution = String(answer.headers['x-abaco-execution-id']);
    await server.inStatus(actor, execution, 'COMPLETE');
    const results: string[] = [];
    for (let i = 0; i < 3; i++) {
      const next = server.open('GET', `/actors/${actor}/executions/${execution}/results`);
      results.push(await text(await answerTo(next)));
    }
    expect(results).toEqual(['two', 'three', '']);
  });

  it('answer with a result before the execution has ended', async () => {
    const actor = await server.register({ image: SHELL_IMAGE });
    const { answer, body } = await send(actor, 'echo -n early | abaco-result; trap "exit 0" TERM; sleep 60 & wait');
    expect(body).toBe('early');
    const execution = String(answer.headers['x-abaco-execution-id']);
    await server.inStatus(actor, execution, 'RUNNING');
    await server.call('DELETE', `/actors/${actor}/executions/${execution}`);
    await server.inStatus(actor, execution, 'COMPLETE');
  });

  it('take bytes', async () => {
    const actor = await server.register({ image: BINARY_IMAGE });
    const answer = await answerTo(
      server.open(
        'POST',
        pathOf(actor),
        { 'content-type': 'application/octet-stream', 'content-length': '5' },
        'bytes',
      ),
    );
    expect(await text(answer)).toMatch(/^5\n277089d91c0bdf4f2e6862ba7e4a07605119431f5d13f726dd352b06f1b206a9/);
  });

  it('answer 202 when it takes too long; the execution goes on', async () => {
    const actor = await server.register({ image: SHELL_IMAGE });
    const { answer, body } = await send(actor, 'trap "exit 5" TERM; sleep 60 & wait');
    expect(answer.statusCode).toBe(202);
    const { status, message, result } = JSON.parse(body) as Record<string, unknown>;
    const execution = (result as Record<string, string>)['execution_id'] ?? '';
    expect([status, message]).toEqual([
      'success',
      `Execution ${execution} has not ended in time: read its status, results and logs at its own address.`,
    ]);
    expect(result).toMatchObject({ _links: { self: expect.stringContaining(execution) as string } });
    await server.inStatus(actor, execution, 'RUNNING');
    await server.call('DELETE', `/actors/${actor}/executions/${execution}`);
    expect((await server.inStatus(actor, execution, 'COMPLETE'))['exit_code']).toBe(5);
  });

  it('end with the execution when that ends in ERROR', async () => {
    const actor = await broken();
    const call = open(actor, 'x');
    await waiting(actor, 1);
    await server.call('DELETE', `/actors/${actor}/messages`);
    const answer = await answerTo(call);
    expect(answer.statusCode).toBe(400);
    const execution = String(answer.headers['x-abaco-execution-id']);
    expect(JSON.parse(await text(answer))).toMatchObject({
      status: 'error',
      message: expect.stringMatching(`^Execution ${execution} ended in ERROR: .*purged`) as string,
      result: null,
    });
  });

  it('are refused while more than three messages wait', async () => {
    const actor = await broken();
    for (let i = 0; i < 4; i++) await server.send(actor, 'x');
    const refused = await server.call('POST', pathOf(actor), { message: 'x' });
    expect([refused.code, refused.message]).toEqual([
      400,
      'Cannot issue synchronous execution when actor message queue > 0.',
    ]);
    await waiting(actor, 4);
    expect((await server.call('POST', pathOf('JN0Boakk0VzKX'), { message: 'x' })).message).toBe(
      'No actor found with id: JN0Boakk0VzKX.',
    );
  });

  it('are so many for a tenant; a client that goes away makes room, and its execution goes on', async () => {
    const actor = await broken();
    const [first, second] = [open(actor, '1'), open(actor, '2')];
    second.on('response', (answer) => answer.resume());
    await waiting(actor, 2);
    const refused = await server.call('POST', pathOf(actor), { message: '3' });
    expect([refused.code, refused.message]).toEqual([
      429,
      'The tenant has 2 requests that wait for an execution, which is the limit (web.max_synchronous). ' +
        'The message was not sent. Try again later, or send it without _abaco_synchronous.',
    ]);
    await waiting(actor, 2);
    first.destroy();
    const echo = await server.register({ image: ECHO_IMAGE });
    await eventually('there is room', async () => (await send(echo, 'next')).body.includes('Contents of MSG: next'));
    const { executions } = (
      await server.call<{ executions: { status: string }[] }>('GET', `/actors/${actor}/executions`)
    ).result;
    expect(executions.map(({ status }) => status)).toEqual(['SUBMITTED', 'SUBMITTED']);
    second.destroy();
  });

  it('end with 202 when the server is closed', async () => {
    const closing = await start();
    try {
      const actor = await broken(closing);
      const call = open(actor, 'x', closing);
      await waiting(actor, 1, closing);
      const began = performance.now();
      const closed = closing.running.close();
      const answer = await answerTo(call);
      expect(answer.statusCode).toBe(202);
      expect(await text(answer)).toContain('goes on while this server is shut down');
      expect(performance.now() - began).toBeLessThan(3_000);
      await closed;
    } finally {
      await closing.close();
    }
  });

  it('are one execution for one idempotency key; another message with the key is refused', async () => {
    const actor = await server.register({ image: ECHO_IMAGE });
    const headers = { ...json, 'idempotency-key': 'k-1' };
    const once = async (): Promise<string> => {
      const answer = await answerTo(server.open('POST', pathOf(actor), headers, JSON.stringify({ message: 'once' })));
      expect(await text(answer)).toContain('Contents of MSG: once');
      return String(answer.headers['x-abaco-execution-id']);
    };
    const execution = await once();
    expect(await once()).toBe(execution);
    expect(await server.send(actor, 'once', { 'idempotency-key': 'k-1' })).toBe(execution);
    const other = await server.call(
      'POST',
      `/actors/${actor}/messages`,
      { message: 'other' },
      { 'idempotency-key': 'k-1' },
    );
    expect([other.code, other.message]).toEqual([
      422,
      `This Idempotency-Key was sent with another message to actor ${actor}: execution ${execution}. ` +
        'The message was not accepted. Send every message with a key of its own.',
    ]);
    const bytes = (body: string) =>
      answerTo(
        server.open(
          'POST',
          `/actors/${actor}/messages`,
          { 'content-type': 'application/octet-stream', 'content-length': '5', 'idempotency-key': 'k-2' },
          body,
        ),
      ).then(({ statusCode }) => statusCode);
    expect([await bytes('abcde'), await bytes('abcde'), await bytes('abcdf')]).toEqual([200, 200, 422]);
  });
});
