import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ConfigOverrides, loadConfig } from '@abaco/config';
import { type RunningServer, startServer } from '../../apps/server/src/bootstrap.js';
import { gatewayClaims, signedToken, testKey } from '../../libs/access/test-support/tokens.js';

interface Answer {
  readonly code: number;
  readonly message: string;
  readonly retryAfter: string | null;
  readonly result: Record<string, unknown> | null;
}

const key = testKey(2048);
const IMAGE = 'abaco-test/never-started';

describe('quotas of tenants', () => {
  let directory: string;
  let server: RunningServer | undefined;

  beforeEach(async () => (directory = await mkdtemp(join(tmpdir(), 'abaco-quotas-'))));
  afterEach(async () => {
    await server?.close();
    server = undefined;
    await rm(directory, { recursive: true, force: true });
  });

  const start = async ({ web, ...overrides }: ConfigOverrides): Promise<void> => {
    server = await startServer(
      loadConfig({
        env: {},
        overrides: {
          general: { data_dir: directory },
          spawner: { host_id: `quotas-${randomUUID().slice(0, 8)}` },
          workers: { init_count: 0, autoscaling: false },
          ...overrides,
          web: { port: 0, ...web },
        },
      }),
    );
  };
  const call = async (
    method: string,
    path: string,
    headers: Record<string, string>,
    body?: object,
  ): Promise<Answer> => {
    const response = await fetch((server?.url ?? '') + path, {
      method,
      headers: { ...headers, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    const answer = (await response.json()) as Answer;
    return { ...answer, code: response.status, retryAfter: response.headers.get('retry-after') };
  };
  const many = (times: number, one: () => Promise<Answer>): Promise<Answer[]> =>
    Promise.all(Array.from({ length: times }, one));
  const codes = (answers: readonly Answer[], code: number): number =>
    answers.filter((answer) => answer.code === code).length;
  const register = async (headers: Record<string, string>): Promise<string> =>
    String((await call('POST', '/actors', headers, { image: IMAGE })).result?.['id']);

  it("refuse a tenant's flood of requests and leave another tenant alone", async () => {
    await start({ tenants: { A: { requests_per_second: 1, request_burst: 10 } } });
    const [flood, other] = await Promise.all([
      many(60, () => call('GET', '/actors', { tenant: 'A' })),
      many(60, () => call('GET', '/actors', { tenant: 'B' })),
    ]);
    expect(codes(other, 200)).toBe(60);
    expect(codes(flood, 200)).toBeGreaterThanOrEqual(10);
    expect(codes(flood, 200) + codes(flood, 429)).toBe(60);
    const refused = flood.find(({ code }) => code === 429);
    expect(refused?.message).toMatch(
      /^The tenant sends more than 1 requests per second, .*quotas\.requests_per_second/,
    );
    expect(Number(refused?.retryAfter)).toBeGreaterThanOrEqual(1);
  });

  it('give the last places to exactly as many actors, however many register at once', async () => {
    await start({ quotas: { actors: 5 }, tenants: { B: { actors: 8 } } });
    const [a, b] = await Promise.all([
      many(20, () => call('POST', '/actors', { tenant: 'A' }, { image: IMAGE })),
      many(20, () => call('POST', '/actors', { tenant: 'B' }, { image: IMAGE })),
    ]);
    expect([codes(a, 200), codes(a, 429)]).toEqual([5, 15]);
    expect([codes(b, 200), codes(b, 429)]).toEqual([8, 12]);
    expect(a.find(({ code }) => code === 429)).toMatchObject({
      message:
        'The tenant has 5 actors, which is the limit (quotas.actors). The actor was not registered. Delete another one first.',
      retryAfter: '60',
    });
    const [gone] = a.filter(({ code }) => code === 200);
    await call('DELETE', `/actors/${String(gone?.result?.['id'])}`, { tenant: 'A' });
    expect((await call('POST', '/actors', { tenant: 'A' }, { image: IMAGE })).code).toBe(200);
  });

  it('limit the messages that wait, over all actors of a tenant', async () => {
    await start({ quotas: { waiting_messages: 4 } });
    const [one, two, others] = [
      await register({ tenant: 'A' }),
      await register({ tenant: 'A' }),
      await register({ tenant: 'B' }),
    ];
    const send = (actor: string, tenant: string) =>
      call('POST', `/actors/${actor}/messages`, { tenant }, { message: 'hi' });
    const answers = await Promise.all([one, two].flatMap((actor) => [1, 2, 3, 4].map(() => send(actor, 'A'))));
    expect([codes(answers, 200), codes(answers, 429)]).toEqual([4, 4]);
    expect(answers.find(({ code }) => code === 429)).toMatchObject({ retryAfter: '5' });
    expect((await send(others, 'B')).code).toBe(200);
  });

  it('limit the open executions of a user with the role limited, and of nobody else', async () => {
    await start({
      web: { access_control: 'jwt', apim_public_key: key.der, jwt_sources: ['assertion'], limited_max_executions: 2 },
    });
    const as = (user: string, role: string): Record<string, string> => ({
      'X-Jwt-Assertion-DEV': signedToken(
        gatewayClaims({
          'http://wso2.org/claims/enduser': `${user}@carbon.super`,
          'http://wso2.org/claims/role': role,
        }),
        key,
        { typ: 'JWT', alg: 'SHA256WITHRSA' },
        'base64',
      ),
    });
    const flood = async (user: string, role: string): Promise<Answer[]> => {
      const headers = as(user, role);
      const actor = await register(headers);
      return many(6, () => call('POST', `/actors/${actor}/messages`, headers, { message: 'hi' }));
    };
    const limited = await flood('small', 'Internal/abaco-limited');
    expect([codes(limited, 200), codes(limited, 429)]).toEqual([2, 4]);
    expect(limited.find(({ code }) => code === 429)?.message).toContain('web.limited_max_executions');
    expect(codes(await flood('both', 'Internal/abaco-limited,Internal/abaco-user'), 200)).toBe(6);
    expect(codes(await flood('user', 'Internal/abaco-user'), 200)).toBe(6);
  });

  it('limit requests without valid credentials by address', async () => {
    await start({
      web: { access_control: 'jwt', apim_public_key: key.der },
      quotas: { requests_per_second: 1, request_burst: 3 },
    });
    const answers = await many(30, () => call('GET', '/actors', { 'X-Jwt-Assertion-DEV': 'nonsense' }));
    expect(codes(answers, 200)).toBe(0);
    expect(codes(answers, 429)).toBeGreaterThan(0);
    expect(answers.find(({ code }) => code === 429)?.message).toMatch(
      /^Your address, without valid credentials, sends/,
    );
  });
});
