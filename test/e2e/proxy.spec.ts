import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, request, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FunctionContext } from '@abaco/runtime';
import type { AuditRecord } from '../../apps/server/src/audit/audit-record.js';
import { eventually } from '../support/eventually.js';
import { Nginx, type NginxSettings } from '../support/nginx.js';
import { freePort } from '../support/server-process.js';
import { RestServer } from './support/rest-server.js';

const BUSY = 'Timeout error waiting on Abaco service response. The server may be busy or overloaded.';
const MISCONFIGURED = 'Unable to parse Abaco service response. The server may be misconfigured or overloaded.';
const NOT_KNOWN = 'Invalid request: The Abaco service does not know how to fulfill the request.';

const textOf = async (response: IncomingMessage): Promise<string> => {
  let text = '';
  for await (const chunk of response) text += String(chunk);
  return text;
};

/** An error of the proxy itself: contract 2.19, but valid JSON. */
const expectError = async (response: IncomingMessage, status: number, message: string): Promise<void> => {
  expect([response.statusCode, response.headers['content-type']]).toEqual([status, 'application/json']);
  expect(JSON.parse(await textOf(response))).toEqual({ message, status: 'error', version: 'unknown', result: null });
};

describe('the proxy of deploy/nginx', () => {
  let nginx: Nginx | undefined;
  const cleanUps: (() => Promise<unknown>)[] = [];

  const start = async (settings: Partial<NginxSettings> & Pick<NginxSettings, 'upstream'>): Promise<Nginx> =>
    (nginx = await Nginx.start({ maxBody: '1m', timeout: '10s', ...settings }));
  afterEach(async () => {
    await nginx?.stop();
    nginx = undefined;
    for (const cleanUp of cleanUps.splice(0)) await cleanUp();
  });

  /** A server that takes requests and answers as it is told, or never. */
  const service = async (answer?: { readonly status: number; readonly body: string }): Promise<string> => {
    const server = createServer((asked, response) => {
      asked.resume();
      if (answer) response.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.body);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    cleanUps.push(async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    });
    return `127.0.0.1:${(server.address() as AddressInfo).port}`;
  };

  it('answers 502 in the envelope when there is no service', async () => {
    const proxy = await start({ upstream: `127.0.0.1:${await freePort()}` });
    await expectError(await proxy.get('/actors'), 502, BUSY);
  });

  it('answers 504 in the envelope when the service does not answer in time', async () => {
    const proxy = await start({ upstream: await service(), timeout: '1s' });
    await expectError(await proxy.get('/actors'), 504, MISCONFIGURED);
  }, 30_000);

  it('answers 413 in the envelope to a body that is too large for it', async () => {
    const proxy = await start({ upstream: await service() });
    const headers = { 'content-length': 2_000_000 };
    const response = await proxy.send({ method: 'POST', path: '/actors/a/messages', headers }, Buffer.alloc(2_000_000));
    await expectError(response, 413, 'Invalid request: the body is larger than this server takes.');
  });

  it('answers 400 in the envelope to a request without TLS', async () => {
    const { port } = await start({ upstream: await service() });
    const sent = request({ host: '127.0.0.1', port, path: '/actors', agent: false }).end();
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    await expectError(response, 400, NOT_KNOWN);
  });

  it.each([404, 413, 500, 503])('hands the answer %i of the service on as it is', async (status) => {
    const body = JSON.stringify({ message: 'of the service', status: 'error', version: 'dev', result: null });
    const proxy = await start({ upstream: await service({ status, body }) });
    const response = await proxy.get('/actors/x');
    expect([response.statusCode, await textOf(response)]).toEqual([status, body]);
  });

  it('tells a server that trusts it who calls, whatever the caller says', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'abaco-proxy-audit-'));
    cleanUps.push(() => rm(directory, { recursive: true }));
    const audit = join(directory, 'audit.jsonl');
    const server = await RestServer.start(
      'proxy',
      { logs: { audit }, web: { trusted_proxies: ['127.0.0.1'] } },
      { engine: 'none' },
    );
    cleanUps.push(() => server.close());
    const upstream = new URL(server.running.url);
    const proxy = await start({ upstream: upstream.host });
    const claimed = { 'x-forwarded-for': '198.51.100.7' };
    const path = '/actors/aliases/nothing';

    const through = await proxy.send({ method: 'DELETE', path, headers: claimed, localAddress: '127.0.0.2' });
    await textOf(through);
    const options = { host: upstream.hostname, port: upstream.port, localAddress: '127.0.0.3', agent: false };
    const direct = request({ ...options, method: 'DELETE', path, headers: claimed }).end();
    const [response] = (await once(direct, 'response')) as [IncomingMessage];
    await textOf(response);

    const addresses = async (): Promise<string[]> =>
      (await readFile(audit, 'utf8'))
        .split('\n')
        .slice(0, -1)
        .map((line) => (JSON.parse(line) as AuditRecord).address);
    await eventually('both are on record', async () => (await addresses()).length === 2);
    expect(await addresses()).toEqual(['127.0.0.2', '127.0.0.3']);
  }, 60_000);

  it('hands on events of a stream as they come, and large messages', async () => {
    let end: () => void = () => undefined;
    const ended = new Promise<void>((resolve) => (end = resolve));
    const wait = async ({ message }: FunctionContext): Promise<void> => {
      if (message.kind === 'text' && message.text === 'wait') await ended;
    };
    const server = await RestServer.start(
      'proxy',
      { workers: { init_count: 0 } },
      { engine: 'none', functions: { wait } },
    );
    cleanUps.push(() => server.close());
    const proxy = await start({ upstream: new URL(server.running.url).host, maxBody: '520m' });
    const actor = (await server.call<{ id: string }>('POST', '/actors', { image: 'function:wait' })).result.id;

    const execution = await server.send(actor, 'wait');
    await server.inStatus(actor, execution, 'RUNNING');
    const stream = await proxy.get(`/actors/${actor}/executions/${execution}/events`);
    expect([stream.statusCode, stream.headers['content-type']]).toEqual([
      200,
      expect.stringMatching(/^text\/event-stream/),
    ]);
    const chunks = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
    let begun = '';
    while (!begun.includes('RUNNING')) begun += ((await chunks.next()).value as Buffer).toString();
    end();
    let rest = '';
    for (let next = await chunks.next(); !next.done; next = await chunks.next()) rest += next.value.toString();
    expect(rest).toContain('COMPLETE');

    const large = Buffer.alloc(20_000_000, 'x');
    const headers = { 'content-type': 'application/octet-stream', 'content-length': large.length };
    const sent = await proxy.send({ method: 'POST', path: `/actors/${actor}/messages`, headers }, large);
    expect(JSON.parse(await textOf(sent))).toMatchObject({ status: 'success' });
  }, 60_000);
});
