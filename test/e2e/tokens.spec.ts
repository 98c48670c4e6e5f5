import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { FunctionContext } from '@abaco/runtime';
import { eventually } from '../support/eventually.js';
import { JwtServer } from './support/jwt-server.js';

/** What a function learned with its token: statuses of requests, by path. */
type Learned = Readonly<Record<string, number>>;

describe('access tokens of executions', () => {
  let server: JwtServer;
  /** Every token that a function was given, newest last. */
  const tokens: string[] = [];

  /** Asks for each path of its message as whoever its token says. */
  const visit = async ({ message, environment }: FunctionContext): Promise<Learned> => {
    const token = environment['_abaco_access_token'] ?? 'no variable';
    tokens.push(token);
    const paths = message.kind === 'json' ? (message.value as { paths: string[] }).paths : [];
    const statuses = paths.map(async (path) => {
      const response = await fetch(server.url + path, { headers: { authorization: `Bearer ${token}` } });
      return [path, response.status] as const;
    });
    return Object.fromEntries(await Promise.all(statuses));
  };

  beforeAll(async () => {
    const overrides = { tokens: { issuer: 'builtin' }, workers: { max_run_time: 60 } } as const;
    server = await JwtServer.start(overrides, { engine: 'none', functions: { visit } });
  });
  afterAll(() => server.close());

  const register = async (user: string, token?: boolean, roles?: string, tenant?: string): Promise<string> => {
    const fields = { image: 'function:visit', ...(token === undefined ? {} : { token }) };
    return (await server.as(user, roles, tenant)<{ id: string }>('POST', '/actors', fields)).result.id;
  };
  const learned = async (user: string, actor: string, paths: string[], roles?: string): Promise<Learned> => {
    const call = server.as(user, roles);
    const { result } = await call<{ execution_id: string }>('POST', `/actors/${actor}/messages`, { paths });
    const path = `/actors/${actor}/executions/${result.execution_id}`;
    const record = await eventually('the execution is complete', async () => {
      const { result } = await call('GET', path);
      return result['status'] === 'COMPLETE' && result;
    });
    expect(record['exit_code']).toBe(0);
    const { message } = await call('GET', `${path}/results`);
    expect(JSON.stringify(record) + message).not.toContain(tokens.at(-1)?.split('.')[2] || 'nothing');
    return JSON.parse(message === '' ? '{}' : message) as Learned;
  };

  it("let it do what its actor's owner may do, and nothing else", async () => {
    const [own, others, elsewhere] = await Promise.all([
      register('jane', true),
      register('john'),
      register('jane', undefined, undefined, 'OTHER'),
    ]);
    const paths = ['/actors', `/actors/${own}`, `/actors/${others}`, `/actors/${elsewhere}`, '/actors/admin'];
    expect(await learned('jane', own, paths)).toEqual({
      '/actors': 200,
      [`/actors/${own}`]: 200,
      [`/actors/${others}`]: 400,
      [`/actors/${elsewhere}`]: 400,
      '/actors/admin': 400,
    });
  });

  it("are the owner's, whoever sends the message, and do not pass on the roles of either", async () => {
    const admin = 'Internal/abaco-admin';
    const actor = await register('boss', true, admin);
    expect(await learned('root', actor, [`/actors/${actor}`, '/actors/admin'], admin)).toEqual({
      [`/actors/${actor}`]: 200,
      '/actors/admin': 400,
    });
  });

  it('are fresh for each execution, and last no longer than it may run', async () => {
    const actor = await register('jane', true);
    await learned('jane', actor, []);
    await learned('jane', actor, []);
    const [first = '', second = ''] = tokens.slice(-2);
    expect(first).not.toBe(second);
    const [, claims = ''] = second.split('.');
    const { iat, exp, sub } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as Record<string, number>;
    expect([sub, (exp ?? 0) - (iat ?? 0)]).toEqual(['jane', 120]);
  });

  it('are not given to actors that do not ask for one', async () => {
    const actor = await register('jane');
    expect(await learned('jane', actor, [])).toEqual({});
    expect(tokens.at(-1)).toBe('');
  });

  it('of users with the limited role have that role', async () => {
    const limited = 'Internal/abaco-limited';
    const actor = await register('guest', true, limited);
    expect(await learned('guest', actor, [`/actors/${actor}`], limited)).toEqual({ [`/actors/${actor}`]: 200 });
    const claims = JSON.parse(Buffer.from(tokens.at(-1)?.split('.')[1] ?? '', 'base64url').toString()) as object;
    expect(claims).toMatchObject({ sub: 'guest', 'abaco/limited': true });
  });

  it('are signed with a key that nobody else can read', () => {
    expect(statSync(join(server.directory, 'tokens.key')).mode & 0o777).toBe(0o600);
  });
});

it('no token is given when nobody issues them', async () => {
  const seen: (string | undefined)[] = [];
  const note = ({ environment }: FunctionContext): void => void seen.push(environment['_abaco_access_token']);
  const server = await JwtServer.start({}, { engine: 'none', functions: { note } });
  try {
    const call = server.as('jane');
    const { result } = await call<{ id: string }>('POST', '/actors', { image: 'function:note', token: true });
    await call('POST', `/actors/${result.id}/messages`, { message: 'x' });
    await eventually('it has run', () => seen.length === 1);
    expect(seen).toEqual(['']);
  } finally {
    await server.close();
  }
});
