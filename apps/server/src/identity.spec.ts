import fc from 'fast-check';
import { gatewayClaims, signedToken } from '../../../libs/access/test-support/tokens.js';
import type { ApiApplication } from '../test-support/api-application.js';
import { key, startWithTokens } from '../test-support/token-application.js';
import { ACTOR, EXECUTION } from '../test-support/records.js';

const USER = 'Internal/abaco-user';
const ADMIN = 'Internal/abaco-admin';
const NO_ACCESS = 'Not authorized -- you do not have access to this actor.';
const UNKNOWN_ACTOR = EXECUTION; // an id, but of no actor

interface Answer {
  readonly code: number;
  readonly status: string;
  readonly message: string;
  readonly result: unknown;
}

describe('identity', () => {
  let api: ApiApplication;
  let endpoints: { method: string; url: string }[];

  beforeAll(async () => {
    api = await startWithTokens();
    const { paths } = (await api.inject({ url: '/docs-json' })).json<{ paths: Record<string, object> }>();
    endpoints = Object.entries(paths)
      .filter(([path]) => !path.startsWith('/health') && path !== '/cron')
      .flatMap(([path, methods]) =>
        Object.keys(methods).map((method) => ({
          method: method.toUpperCase(),
          url: path.replace('{actor_id}', ACTOR).replace(/\{\w+\}/g, EXECUTION),
        })),
      );
  });
  afterAll(() => api.close());

  const tokenOf = (user: string, roles: string): string =>
    signedToken(gatewayClaims({ 'http://wso2.org/claims/enduser': user, 'http://wso2.org/claims/role': roles }), key);
  const as = (user: string, roles = USER): Record<string, string> => ({ 'x-jwt-assertion-dev': tokenOf(user, roles) });
  const call = async (
    method: string,
    url: string,
    headers: Record<string, string | string[]>,
    payload?: object,
  ): Promise<Answer> => {
    const body = payload ?? (method === 'GET' ? undefined : { message: 'x', image: 'x', num: 1 });
    const response = await api.inject({ method: method as 'GET', url, headers, payload: body });
    return { code: response.statusCode, ...response.json<Omit<Answer, 'code'>>() };
  };
  const refused = (message: string) => ({ code: 400, status: 'error', version: '1.0', result: null, message });

  it('asks everybody at every endpoint', async () => {
    expect(endpoints.length).toBeGreaterThan(12);
    for (const { method, url } of endpoints) {
      expect([url, await call(method, url, {})]).toEqual([url, refused('No JWT or nonce provided.')]);
      const bad = await call(method, url, { 'x-jwt-assertion-dev': 'junk' });
      expect([url, bad]).toMatchObject([
        url,
        { code: 400, message: expect.stringMatching(/^Invalid JWT\. /) as string },
      ]);
    }
  });

  it('lets strangers do nothing to an actor, at no endpoint', async () => {
    for (const { method, url } of endpoints.filter(({ url }) => url.includes(ACTOR))) {
      const { code, message, result } = await call(method, url, as('eve'));
      expect([url, code, result]).toEqual([url, 400, null]);
      expect(message).toMatch(/^(Not authorized -- |Abaco Admin role required\.)/);
    }
    expect(api.taken).toEqual([]);
  });

  it.each<[string, string, string, string]>([
    ['GET', '', 'jdoe', 'Actor retrieved successfully.'],
    ['GET', '/state', 'jdoe', 'Actor state retrieved successfully.'],
    ['POST', '/messages', 'jdoe', 'The request was successful'],
    ['GET', '/workers', 'jdoe', 'Workers retrieved successfully.'],
    ['PUT', '', 'jdoe', 'Actor updated successfully.'],
    ['DELETE', `/executions/${EXECUTION}`, 'jdoe', `Issued force quit command for execution ${EXECUTION}.`],
    ['DELETE', '/workers/x', 'jdoe', 'Worker scheduled to be stopped.'],
    ['POST', '/workers', 'jdoe', 'Not authorized -- only admins are authorized to update workers.'],
    ['DELETE', '', 'jdoe', 'Actor deleted successfully.'],
    ['GET', '', 'eve', NO_ACCESS],
    ['POST', '/messages', 'eve', NO_ACCESS],
    ['DELETE', '/messages', 'eve', NO_ACCESS],
    ['GET', '/executions', 'eve', NO_ACCESS],
    ['POST', '/state', 'eve', NO_ACCESS],
    ['PUT', '', 'eve', NO_ACCESS],
    ['POST', '/executions', 'eve', NO_ACCESS],
    ['DELETE', `/executions/${EXECUTION}`, 'eve', NO_ACCESS],
    ['DELETE', '/workers/x', 'eve', NO_ACCESS],
    ['POST', '/workers', 'eve', 'Not authorized -- only admins are authorized to update workers.'],
  ])('answers %s %s of %s', async (method, path, user, message) => {
    expect((await call(method, `/actors/${ACTOR}${path}`, as(user))).message).toBe(message);
  });

  it('lets admins do everything', async () => {
    for (const { method, url } of endpoints) {
      const payload = method === 'GET' ? undefined : { message: 'x', image: 'x', num: 1 };
      const response = await api.inject({ method: method as 'GET', url, headers: as('root', ADMIN), payload });
      expect([url, response.payload]).toEqual([
        url,
        expect.not.stringMatching(/Not authorized|Abaco Admin|Invalid JWT/) as string,
      ]);
    }
  });

  it('refuses users without a role of Abaco', async () => {
    const { message } = await call('GET', '/actors', as('jdoe', 'Internal/everyone'));
    expect(message).toBe('Not authorized -- missing required role.');
  });

  it('says that an actor does not exist', async () => {
    const url = `/actors/${UNKNOWN_ACTOR}`;
    expect(await call('GET', url, as('jdoe'))).toEqual(refused(`Actor DEV_${UNKNOWN_ACTOR} does not exist`));
    expect(await call('GET', url, as('root', ADMIN))).toMatchObject({ code: 404 });
    expect(await call('GET', '/actors/no-such', as('jdoe'))).toMatchObject({
      code: 404,
      message: "Actor with identifier 'no-such' not found",
    });
  });

  it.each<[object, string]>([
    [{ privileged: true }, 'make privileged actors'],
    [{ max_workers: 2 }, 'set max workers'],
    [{ max_cpus: 0 }, 'set max CPUs'],
    [{ mem_limit: '0' }, 'set mem limit'],
    [{ queue: 'default' }, 'set queue'],
    [{ use_container_uid: true }, 'use container uid'],
  ])('keeps %j for admins and privileged users', async (field, act) => {
    const image = { image: 'x', ...field };
    const message = `Not authorized -- only admins and privileged users can ${act}.`;
    expect(await call('POST', '/actors', as('jdoe'), image)).toEqual(refused(message));
    expect(await call('PUT', `/actors/${ACTOR}`, as('jdoe'), image)).toEqual(refused(message));
    const roles = `${USER},Internal/abaco-privileged`;
    expect((await call('POST', '/actors', as('jdoe', roles), image)).message).not.toMatch(/^Not authorized/);
  });

  it.each([{ privileged: true }, { max_workers: 2, message: 'x' }, { queue: 'other', use_container_uid: true }])(
    'takes %j as a message from everybody who may execute the actor',
    async (message) => {
      expect((await call('POST', `/actors/${ACTOR}/messages`, as('jdoe'), message)).code).toBe(200);
    },
  );

  it('lets fields without effect pass', async () => {
    const answer = await call('POST', '/actors', as('jdoe'), {
      image: 'x',
      privileged: false,
      use_container_uid: 'false',
      max_workers: null,
    });
    expect(answer.message).toBe('Actor created successfully.');
  });

  it("lets everybody have the image's own user where nobody gets another one", async () => {
    const headers = { 'x-jwt-assertion-sd2e': Object.values(as('jdoe'))[0] ?? '' };
    const answer = await call('POST', '/actors', headers, { image: 'x', use_container_uid: true });
    expect(answer.message).toBe('Actor created successfully.');
  });

  it('links only to actors that the caller may execute', async () => {
    const link = { image: 'x', link: ACTOR };
    expect((await call('POST', '/actors', as('jdoe'), link)).code).toBe(200);
    expect((await call('POST', '/actors', as('eve'), link)).message).toMatch(/^Invalid link parameter; /);
  });

  it('ignores the tenant header: the token or its header names the tenant', async () => {
    const tenants: string[] = [];
    const { listActors } = api.queries;
    api.queries.listActors = (caller) => {
      tenants.push(caller.tenant);
      return listActors(caller);
    };
    await call('GET', '/actors', { ...as('jdoe'), tenant: 'OTHER' });
    await call('GET', '/actors', { 'x-jwt-assertion-sd2e': tokenOf('jdoe', USER), tenant: 'OTHER' });
    api.queries.listActors = listActors;
    expect(tenants).toEqual(['DEV', 'SD2E']);
  });

  it('leaves health, documentation, preflights and unknown paths open', async () => {
    for (const url of ['/health/live', '/health/ready', '/docs-json']) {
      expect([url, (await api.inject({ url })).statusCode]).toEqual([url, 200]);
    }
    expect((await api.inject({ method: 'OPTIONS', url: '/actors' })).statusCode).toBe(200);
    expect((await api.inject({ method: 'PUT', url: '/actors' })).statusCode).toBe(405);
    expect((await api.inject({ url: '/nothing' })).statusCode).toBe(404);
  });

  it('never logs tokens', async () => {
    const good = as('jdoe');
    const bad = { 'x-jwt-assertion-dev': `${String(good['x-jwt-assertion-dev'])}AAAA` };
    for (const headers of [good, bad]) await call('GET', `/actors/${ACTOR}`, headers);
    const answer = await call('GET', '/actors', { 'x-jwt-assertion-dev': 'se.cr.et' });
    expect(answer.message).not.toContain('cr');
    const log = JSON.stringify(api.log.lines);
    expect(log).toContain('Request answered');
    expect(log).toContain('"user":"jdoe"');
    for (const { 'x-jwt-assertion-dev': token } of [good, bad] as Record<string, string>[]) {
      for (const part of token?.split('.') ?? []) expect(log).not.toContain(part);
    }
  });

  it('never logs nonces', async () => {
    for (const path of [`/nonces/DEV_secret`, `//nonces//DEV_secret`, `?x-nonce=DEV_secret`]) {
      await call('GET', `/actors/${ACTOR}${path}`, as('jdoe'));
      await call('GET', `/actors/${ACTOR}${path}`, {});
    }
    const log = JSON.stringify(api.log.lines);
    expect(log).toContain('/nonces/***');
    expect(log).not.toContain('secret');
  });

  it('answers whatever tokens and headers with an envelope that refuses', async () => {
    const text = fc.oneof(fc.string(), fc.base64String(), fc.webQueryParameters());
    // a real HTTP client could not send other characters in a header
    const value = text.map((raw) => raw.replace(/[^\x20-\x7e]/g, '?'));
    const name = fc.oneof(
      fc.constantFrom('assertion', 'authorization', 'x-tapis-token', 'x-jwt-assertion-dev'),
      fc.stringMatching(/^[a-z0-9!#$%&'*+.^_`|~-]{0,70}$/).map((tenant) => `x-jwt-assertion-${tenant}`),
    );
    await fc.assert(
      fc.asyncProperty(fc.dictionary(name, fc.oneof(value, fc.array(value))), fc.nat(1000), async (headers, index) => {
        const { method, url } = endpoints[index % endpoints.length] ?? { method: 'GET', url: '/actors' };
        const { code, status, result } = await call(method, url, headers);
        expect([code, status, result]).toEqual([400, 'error', null]);
      }),
      { numRuns: 300 },
    );
  });
});
