import { EventEmitter, once } from 'node:events';
import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { IncomingMessage, SynchronousOutcome } from '@abaco/runtime';
import { MailboxNotEmpty, TooManyWaiting } from '@abaco/runtime';
import { ApiApplication } from '../../test-support/api-application.js';
import { ACTOR, EXECUTION } from '../../test-support/records.js';

const url = `/actors/${ACTOR}/messages?_abaco_synchronous=true&A=1`;

describe('a message with _abaco_synchronous=true', () => {
  let api: ApiApplication;
  let sent: IncomingMessage[];
  const send = (query = url) => api.inject({ method: 'POST', url: query, payload: { message: 'hi' } });
  const ending = (outcome: SynchronousOutcome): void => {
    api.synchronous.call = (_caller, _actor, message) => {
      sent.push(message);
      return Promise.resolve({ execution: EXECUTION, owner: 'anonymous', outcome });
    };
  };

  beforeAll(async () => {
    api = await ApiApplication.start();
  });
  beforeEach(() => {
    sent = [];
    api.taken.length = 0;
  });
  afterAll(() => api.close());

  it.each([Buffer.from([0, 255, 10]), Buffer.alloc(0)])('answers with the first result as it is', async (data) => {
    ending({ kind: 'result', data });
    const response = await send();
    expect([response.statusCode, response.headers['content-type']]).toEqual([200, 'application/octet-stream']);
    expect(response.rawPayload).toEqual(data);
    expect(sent).toMatchObject([{ environment: { _abaco_synchronous: 'true', A: '1' } }]);
  });

  it.each(['<script>alert(1)</script>\n', ''])('answers with the log, which no browser runs', async (logs) => {
    ending({ kind: 'logs', logs });
    const response = await send();
    expect([response.statusCode, response.body]).toEqual([200, logs]);
    expect(response.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; sandbox",
      'x-abaco-execution-id': EXECUTION,
      'access-control-allow-origin': '*',
    });
  });

  it('says why an execution is in ERROR, and which', async () => {
    ending({ kind: 'failed', reason: 'no such image' });
    const response = await send();
    expect([response.statusCode, response.json()]).toEqual([
      400,
      {
        message: `Execution ${EXECUTION} ended in ERROR: no such image`,
        status: 'error',
        version: '1.0',
        result: null,
      },
    ]);
  });

  it.each(['time', 'closing'] as const)('answers 202 with the execution when the wait ends (%s)', async (because) => {
    ending({ kind: 'unfinished', because });
    const response = await send();
    expect(response.statusCode).toBe(202);
    expect(response.json()).toMatchObject({
      status: 'success',
      message: expect.stringContaining(`Execution ${EXECUTION}`) as string,
      result: {
        execution_id: EXECUTION,
        msg: 'hi',
        _links: { self: `https://api.example.org/actors/v2/${ACTOR}/executions/${EXECUTION}` },
      },
    });
  });

  it('is refused when messages wait, or too many callers do', async () => {
    api.synchronous.call = () => Promise.reject(new MailboxNotEmpty(ACTOR));
    const busy = await send();
    expect([busy.statusCode, busy.json<{ message: string }>().message]).toEqual([
      400,
      'Cannot issue synchronous execution when actor message queue > 0.',
    ]);
    api.synchronous.call = () => Promise.reject(new TooManyWaiting(7));
    const full = await send();
    expect([full.statusCode, full.headers['retry-after']]).toEqual([429, '5']);
    expect(full.json<{ message: string }>().message).toMatch(/7 requests.*web\.max_synchronous.*not sent/);
  });

  it.each(['TRUE', 'True'])('is what %s means too', async (value) => {
    ending({ kind: 'logs', logs: 'x' });
    expect((await send(url.replace('true', value))).body).toBe('x');
  });

  it.each(['false', '1', 'yes', ''])('is not what %j means', async (value) => {
    ending({ kind: 'logs', logs: 'x' });
    const response = await send(url.replace('true', value));
    expect(response.json()).toMatchObject({ result: { execution_id: EXECUTION } });
    expect(api.taken).toHaveLength(1);
    expect(sent).toEqual([]);
  });

  it('stops waiting when the client goes away, and nothing goes wrong then', async () => {
    await api.app.listen(0, '127.0.0.1');
    const { port } = api.app.getHttpServer().address() as AddressInfo;
    const events = new EventEmitter();
    api.synchronous.call = async (_caller, _actor, _message, signal) => {
      events.emit('waiting');
      await once(signal, 'abort');
      setImmediate(() => events.emit('ended'));
      return { execution: EXECUTION, owner: 'anonymous', outcome: { kind: 'unfinished', because: 'closing' } };
    };
    const [waiting, ended] = [once(events, 'waiting'), once(events, 'ended')];
    const headers = { 'content-type': 'application/json' };
    const call = request({ port, method: 'POST', path: url, headers, agent: false });
    call.on('error', () => undefined); // we hang up ourselves
    call.end('{"message":"hi"}');
    await waiting;
    call.destroy();
    await ended;
    expect(api.log.lines.filter(({ level }) => level === 'error')).toEqual([]);
  });

  it('is no way around the check of the message', async () => {
    ending({ kind: 'logs', logs: 'x' });
    expect((await api.inject({ method: 'POST', url })).statusCode).toBe(400);
    expect(sent).toEqual([]);
  });
});
