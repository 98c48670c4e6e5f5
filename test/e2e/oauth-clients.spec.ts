import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { ConfigOverrides } from '@abaco/config';
import { newId } from '@abaco/contract';
import type { FunctionContext } from '@abaco/runtime';
import { createLogger } from '../../apps/server/src/logging/create-logger.js';
import { AuthorizationServer } from '../support/authorization-server.js';
import { eventually } from '../support/eventually.js';
import { JwtServer } from './support/jwt-server.js';

describe('OAuth clients of workers', () => {
  let gateway: AuthorizationServer;
  let directory: string;
  let server: JwtServer | undefined;
  let log: string;
  /** Tokens that executions found, in their order. */
  let found: (string | undefined)[];
  const hostId = `oauth-${randomUUID().slice(0, 8)}`;

  beforeEach(async () => {
    gateway = await AuthorizationServer.start();
    directory = await mkdtemp(join(tmpdir(), 'abaco-oauth-'));
    [log, found] = ['', []];
  });
  afterEach(async () => {
    await stop();
    await gateway.stop();
    await rm(directory, { recursive: true, force: true });
  });

  const start = async (oauth: ConfigOverrides['oauth'] = {}): Promise<void> => {
    const note = ({ environment }: FunctionContext): void => void found.push(environment['_abaco_access_token']);
    server = await JwtServer.start(
      {
        general: { data_dir: directory },
        logs: { level: 'DEBUG' },
        spawner: { host_id: hostId, max_workers_per_actor: 1 },
        oauth: { attempts: 3, retry_seconds: 0, request_timeout: 1, authorization_server: gateway.url, ...oauth },
        tenants: {
          'DEV-DEVELOP': {
            generate_clients: true,
            service_username: AuthorizationServer.username,
            service_password: AuthorizationServer.password,
          },
        },
      },
      { engine: 'none', functions: { note } },
      ({ logs }) => createLogger(logs, { write: (line: string) => void (log += line) }),
    );
  };
  const stop = async (): Promise<void> => {
    await server?.close();
    server = undefined;
  };
  const call = async <R = Record<string, unknown>>(method: string, path: string, body?: object): Promise<R> => {
    if (!server) throw new Error('No server runs.');
    const { code, message, result } = await server.as('jdoe')<R>(method, path, body);
    if (code >= 300) throw new Error(message);
    return result;
  };
  const register = async (token = true): Promise<string> =>
    (await call<{ id: string }>('POST', '/actors', { image: 'function:note', token })).id;
  const send = (actor: string): Promise<unknown> => call('POST', `/actors/${actor}/messages`, { message: 'x' });
  const workersOf = (actor: string): Promise<{ id: string }[]> => call('GET', `/actors/${actor}/workers`);

  it('are made when a worker starts, give each execution a fresh token of the owner, and go with the worker', async () => {
    await start();
    const actor = await register();
    await send(actor);
    await eventually('the first has run', () => found.length === 1);
    await send(actor);
    await eventually('the second has run', () => found.length === 2);
    const [worker] = await workersOf(actor);
    expect([...gateway.clients.keys()]).toEqual([worker?.id]);
    expect(new Set(found).size).toBe(2);
    expect(found.map((token) => gateway.accessTokens.get(token ?? ''))).toEqual(['agavedev/jdoe', 'agavedev/jdoe']);
    expect(gateway.requests.find(({ form }) => form.has('token_username'))?.form.get('scope')).toBe('PRODUCTION');
    await call('DELETE', `/actors/${actor}/workers/${worker?.id}`);
    await eventually('its client is deleted', () => gateway.clients.size === 0);
    await expectNoSecrets();
  });

  it('are deleted when the server stops', async () => {
    await start();
    await send(await register());
    await eventually('it has run', () => found.length === 1);
    await stop();
    expect(gateway.clients.size).toBe(0);
  });

  it('are not made for actors that want no token', async () => {
    await start();
    await send(await register(false));
    await eventually('it has run', () => found.length === 1);
    expect(found).toEqual(['']);
    expect(gateway.count('POST', /./)).toBe(0);
  });

  it.each([
    ['creation gives no credentials', /clients/, { status: 200, body: {}, after: true }],
    ['creation is answered too late', /clients/, { status: 'never', after: true }],
    ['no token is made', /token/, { status: 500 }],
    ['the answer with the token is lost', /token/, { status: 'never', after: true }],
  ] as const)('are made anew when %s', async (_, path, disturbance) => {
    let left = 1;
    gateway.disturb = ({ method, path: asked }) =>
      method === 'POST' && path.test(asked) && left-- > 0 ? disturbance : undefined;
    await start();
    await send(await register());
    await eventually('it has run', () => found.length === 1);
    expect(gateway.accessTokens.has(found[0] ?? '')).toBe(true);
    expect(gateway.count('DELETE', /clients/)).toBe(1);
    expect(gateway.clients.size).toBe(1);
    await expectNoSecrets();
  });

  it('that cannot be had end the worker after all attempts; actor and message stay, and go on afterwards', async () => {
    gateway.disturb = ({ method }) => (method === 'POST' ? { status: 503 } : undefined);
    await start();
    const actor = await register();
    await send(actor);
    await eventually('it was given up', () => log.includes('got no OAuth client'));
    expect(gateway.count('POST', /clients/)).toBeGreaterThanOrEqual(3);
    const given = JSON.parse(log.split('\n').find((line) => line.includes('got no OAuth client')) ?? '{}') as object;
    expect(given).toMatchObject({
      level: 'fatal',
      reason: expect.stringContaining('AgaveClientFailedCanRetry') as string,
    });
    expect(await call('GET', `/actors/${actor}`)).toMatchObject({
      status: expect.stringMatching(/READY|SUBMITTED/) as string,
    });
    expect(found).toEqual([]);
    gateway.disturb = () => undefined;
    await eventually('the message has run', () => found.length === 1);
  });

  it('are given up at once when the service account is refused', async () => {
    await start({ retry_seconds: 60 });
    gateway.disturb = ({ method }) => (method === 'POST' ? { status: 401 } : undefined);
    await send(await register());
    await eventually('it was given up', () => log.includes('AgaveClientFailedDoNotRetry'));
    expect(gateway.count('POST', /clients/)).toBe(1);
  });

  it('whose refreshing fails bring the message to another worker with a new client', async () => {
    let refused = 0;
    gateway.disturb = ({ form }) =>
      form.get('grant_type') === 'refresh_token' && refused++ < 2
        ? { status: 400, body: { error: 'invalid_grant' } }
        : undefined;
    await start();
    const actor = await register();
    await send(actor);
    await eventually('it has run', () => found.length === 1);
    expect(gateway.count('POST', /clients/)).toBeGreaterThanOrEqual(3);
    await eventually('only living workers have clients', async () =>
      isDeepStrictEqual(new Set(gateway.clients.keys()), new Set((await workersOf(actor)).map(({ id }) => id))),
    );
  });

  it('without a worker are deleted at the next start: those on record, and those that never got there', async () => {
    await start();
    await send(await register());
    await eventually('it has run', () => found.length === 1);
    gateway.disturb = ({ method }) => (method === 'DELETE' ? { status: 500 } : undefined);
    await stop();
    const register_ = (name: string) =>
      gateway.clients.set(name, { name, key: name, secret: name, refreshToken: undefined, user: undefined });
    register_(newId());
    register_("somebody's own client");
    gateway.disturb = () => undefined;
    await start();
    await eventually('they are deleted', () => gateway.clients.size === 1);
    expect([...gateway.clients.keys()]).toEqual(["somebody's own client"]);
  });

  /** Neither in the log nor in any file of the server, nor in what its users see. */
  const expectNoSecrets = async (): Promise<void> => {
    const files = await readdir(directory, { recursive: true, withFileTypes: true });
    const contents = files.filter((file) => file.isFile()).map((file) => readFile(join(file.parentPath, file.name)));
    const seen = [Buffer.from(log), ...(await Promise.all(contents))];
    expect(seen.length).toBeGreaterThan(3);
    expect(gateway.secrets.filter((secret) => seen.some((text) => text.includes(secret)))).toEqual([]);
  };
});
