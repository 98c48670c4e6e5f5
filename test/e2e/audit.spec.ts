import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AuditRecord } from '../../apps/server/src/audit/audit-record.js';
import { eventually } from '../support/eventually.js';
import type { Objects } from './support/endpoint.js';
import { endpoints, pathTo } from './support/endpoints.js';
import { JwtServer } from './support/jwt-server.js';

const ADMIN = 'Internal/abaco-admin';
const fingerprint = (nonce: string): string => createHash('sha256').update(nonce).digest('hex').slice(0, 16);

describe('the audit log', () => {
  let directory: string;
  let file: string;
  let server: JwtServer;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'abaco-audit-'));
    file = join(directory, 'audit.jsonl');
    server = await JwtServer.start({ logs: { audit: file } });
  });
  afterAll(async () => {
    await server.close();
    await rm(directory, { recursive: true });
  });

  let requests = 0;
  /** Sends a request with an id of its own, by which its records are found. */
  const send = async (
    method: string,
    path: string,
    headers: Record<string, string>,
    body?: object,
  ): Promise<string> => {
    const id = `audited-${++requests}`;
    const response = await fetch(server.url + path, {
      method,
      headers: { ...headers, 'x-request-id': id, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    await response.text();
    return id;
  };
  const records = async (): Promise<AuditRecord[]> =>
    (await readFile(file, 'utf8'))
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as AuditRecord);
  /** All of a request, once what was sent after it has its record. */
  const recordsOf = async (id: string): Promise<AuditRecord[]> => {
    const last = await send('DELETE', '/actors/none', {});
    const all = await eventually('the log is written', async () => {
      const written = await records();
      return written.some(({ request }) => request === last) && written;
    });
    return all.filter(({ request }) => request === id);
  };
  const oneOf = async (id: string): Promise<AuditRecord> => {
    const [record, ...others] = await recordsOf(id);
    expect(others).toEqual([]);
    if (!record) throw new Error('There is no record.');
    return record;
  };

  const objects = async (): Promise<Objects> => {
    const own = async (path: string, body: object): Promise<Record<string, unknown>> => {
      const { result, message, code } = await server.as('jdoe')('POST', path, body);
      if (code >= 300) throw new Error(message);
      return result;
    };
    const actor = String((await own('/actors', { image: 'abacosamples/test', stateless: false }))['id']);
    await own('/actors/aliases', { alias: `alias-${actor}`, actor_id: actor });
    await own('/actors/configs', { name: `config-${actor}`, value: 'hidden-value', is_secret: true, actors: actor });
    await own(`/actors/${actor}/executions`, { runtime: 1, cpu: 1, io: 1 });
    const { result } = await server.as('jdoe')<{ executions: { id: string }[] }>('GET', `/actors/${actor}/executions`);
    return {
      actor,
      alias: `alias-${actor}`,
      config: `config-${actor}`,
      execution: result.executions[0]?.id ?? '',
      nonce: String((await own(`/actors/${actor}/nonces`, { level: 'READ' }))['id']),
      aliasNonce: String((await own(`/actors/aliases/alias-${actor}/nonces`, { level: 'READ' }))['id']),
    };
  };

  it('has exactly one record of each changing request, and none of reading', async () => {
    const own = await objects();
    const expected = new Map<string, { action: string; records: number }>();
    for (const endpoint of endpoints) {
      const path = pathTo(endpoint, own);
      const id = await send(endpoint.method, path, server.headersOf('jdoe', ADMIN), endpoint.body?.(own));
      const action = `${endpoint.method} ${endpoint.path.replace(/\{(\w+)\}/g, ':$1')}`;
      expected.set(id, { action, records: endpoint.method === 'GET' ? 0 : 1 });
    }
    const last = [...expected.keys()].at(-1) ?? '';
    await recordsOf(last);
    const written = await records();
    for (const [id, { action, records: count }] of expected) {
      const found = written.filter(({ request }) => request === id);
      expect([action, found.length]).toEqual([action, count]);
      for (const record of found) {
        expect(record).toMatchObject({ action, tenant: 'DEV-DEVELOP', user: 'jdoe', credential: { kind: 'token' } });
        expect(['done', 'failed']).toContain(record.outcome);
      }
    }
    const text = await readFile(file, 'utf8');
    const secrets = [own.nonce, own.aliasNonce, 'hidden-value', 'abacosamples'];
    expect(secrets.filter((secret) => text.includes(secret))).toEqual([]);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it('has one record of each denied request, of reading too', async () => {
    const own = await objects();
    const refused = endpoints.filter(
      ({ needs }) => needs.on !== 'nobody' && !(needs.on === 'role' && needs.level === 'user'),
    );
    const ids = new Map<string, string>();
    for (const endpoint of refused) {
      const id = await send(endpoint.method, pathTo(endpoint, own), server.headersOf('eve'), endpoint.body?.(own));
      ids.set(id, `${endpoint.method} ${endpoint.path}`);
    }
    await recordsOf([...ids.keys()].at(-1) ?? '');
    const written = await records();
    for (const [id, name] of ids) {
      const outcomes = written.filter(({ request }) => request === id).map(({ user, outcome }) => [user, outcome]);
      expect([name, ...outcomes]).toEqual([name, ['eve', 'denied']]);
    }
  });

  it('says what was made', async () => {
    const headers = server.headersOf('jdoe');
    const before = Date.now();
    const record = await oneOf(await send('POST', '/actors', headers, { image: 'busybox' }));
    expect(record).toEqual({
      time: expect.any(String) as string,
      request: record.request,
      tenant: 'DEV-DEVELOP',
      user: 'jdoe',
      credential: { kind: 'token' },
      address: '127.0.0.1',
      action: 'POST /actors',
      resource: { actor: expect.stringMatching(/^[A-Za-z0-9]{12,13}$/) as string },
      outcome: 'done',
      status: 200,
    });
    expect(Date.parse(record.time)).toBeGreaterThanOrEqual(before - 1000);
  });

  it('says which nonce let somebody in, or not, without giving it away', async () => {
    const { actor, nonce } = await objects();
    const denied = await oneOf(await send('DELETE', `/actors/${actor}?x-nonce=${nonce}`, {}));
    expect(denied).toMatchObject({ user: null, credential: null, outcome: 'denied', error: 'NonceRefused' });
    const { result } = await server.as('jdoe')('POST', `/actors/${actor}/nonces`, { level: 'EXECUTE' });
    const opened = String(result['id']);
    const body = { message: 'hidden-message' };
    const record = await oneOf(await send('POST', `/actors/${actor}/messages?x-nonce=${opened}`, {}, body));
    expect(record).toMatchObject({
      user: 'jdoe',
      credential: { kind: 'nonce', id: fingerprint(opened) },
      outcome: 'done',
    });
    expect(record.resource).toEqual({ actor, execution: expect.any(String) as string });
    const text = await readFile(file, 'utf8');
    expect([opened, nonce, 'hidden-message'].filter((secret) => text.includes(secret))).toEqual([]);
  });

  it('knows nobody whose token is not valid', async () => {
    const headers = { 'X-Jwt-Assertion-DEV-DEVELOP': 'a.b.c' };
    const record = await oneOf(await send('GET', '/actors', headers));
    expect(record).toMatchObject({
      tenant: null,
      user: null,
      credential: null,
      outcome: 'denied',
      error: 'InvalidJwt',
    });
  });

  it('has no record of paths that there are not', async () => {
    expect(await recordsOf(await send('POST', '/somewhere', server.headersOf('jdoe')))).toEqual([]);
  });

  it('has a record of a request whose sender went away before the answer', async () => {
    const { actor } = await objects();
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    await once(socket, 'connect');
    const headers = Object.entries({ ...server.headersOf('jdoe'), 'x-request-id': 'went-away' });
    const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
    socket.write(`POST /actors/${actor}/messages HTTP/1.1\r\nHost: x\r\n${lines}Content-Length: 1000\r\n\r\nmessage=`);
    await eventually('the server has the request', async () => {
      socket.destroy();
      return (await records()).some(({ request }) => request === 'went-away');
    });
    const [record] = await recordsOf('went-away');
    expect(['unknown', 'failed']).toContain(record?.outcome);
  });
});

it('does not start a server whose audit log cannot be opened', async () => {
  await expect(JwtServer.start({ logs: { audit: '/nowhere/at/all/audit.jsonl' } })).rejects.toThrow(
    'The audit log cannot be opened',
  );
});
