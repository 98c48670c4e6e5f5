import { ApiApplication } from '../test-support/api-application.js';
import { ACTOR, EXECUTION } from '../test-support/records.js';

const WRONG_METHOD = 'Invalid request: the API endpoint does not exist or the provided HTTP method is not allowed.';

describe('conventions of all endpoints', () => {
  let api: ApiApplication;
  beforeAll(async () => {
    api = await ApiApplication.start({ general: { TAG: ':dev' } });
  });
  afterAll(() => api.close());

  it('answers with an envelope of four keys and the configured version', async () => {
    const response = await api.inject({ url: `/actors/${ACTOR}` });
    expect(response.statusCode).toBe(200);
    expect(response.headers['content-type']).toMatch(/^application\/json/);
    expect(response.json()).toMatchObject({
      message: 'Actor retrieved successfully.',
      status: 'success',
      version: ':dev',
    });
    expect(Object.keys(response.json()).sort()).toEqual(['message', 'result', 'status', 'version']);
  });

  it.each([
    ['PUT', '/actors', 'GET, HEAD, POST, OPTIONS'],
    ['DELETE', '/actors', 'GET, HEAD, POST, OPTIONS'],
    ['POST', `/actors/${ACTOR}/executions/x`, 'DELETE, GET, HEAD, OPTIONS'],
    ['PUT', `/actors/${ACTOR}/workers/`, 'GET, HEAD, POST, OPTIONS'],
    ['PATCH', `//actors//${ACTOR}/state`, 'GET, HEAD, POST, OPTIONS'],
    ['HEAD', `/actors/${ACTOR}/executions/x/results`, 'GET, OPTIONS'],
  ])('answers 405 to %s %s', async (method, url, allow) => {
    const response = await api.inject({ method: method as 'PUT', url, payload: method === 'HEAD' ? undefined : {} });
    expect(response.statusCode).toBe(405);
    expect(response.headers.allow).toBe(allow);
    if (method !== 'HEAD') {
      expect(response.json()).toEqual({ message: WRONG_METHOD, status: 'error', version: ':dev', result: null });
    }
  });

  it('takes a form of 1000 fields and no larger one', async () => {
    const post = (fields: number) =>
      api.inject({
        method: 'POST',
        url: '/actors',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        payload: `image=i${'&a='.repeat(fields - 1)}`,
      });
    expect((await post(1000)).statusCode).toBe(200);
    const refused = await post(1001);
    expect([refused.statusCode, refused.json<{ message: string }>().message]).toEqual([
      400,
      'The urlencoded form could not be read: it has more than 1000 fields.',
    ]);
  });

  it.each(['/', '/nothing', `/actors/${ACTOR}/nothing`, '/actors/a/b/c/d'])(
    'answers 404 with an envelope to the unknown path %s',
    async (url) => {
      const response = await api.inject({ url });
      expect(response.statusCode).toBe(404);
      expect(response.json()).toEqual({
        message: 'Invalid request: the requested URL is not an Abaco endpoint.',
        status: 'error',
        version: ':dev',
        result: null,
      });
    },
  );

  it('answers 400 with an envelope to a path that cannot be decoded', async () => {
    const response = await api.inject({ url: '/actors/%zz' });
    expect(response.statusCode).toBe(400);
    expect(response.json()).toMatchObject({ status: 'error', version: ':dev', result: null });
  });

  it('says that a content type is malformed', async () => {
    const response = await api.inject({
      method: 'POST',
      url: '/actors',
      payload: 'x',
      headers: { 'content-type': 'foo' },
    });
    expect(response.statusCode).toBe(415);
    expect(response.json<{ message: string }>().message).toMatch(/Content-Type is malformed/);
  });

  it.each([`//actors//${ACTOR}`, `/actors/${ACTOR}/`, `//actors/${ACTOR}//`])('takes %s', async (url) => {
    expect((await api.inject({ url })).statusCode).toBe(200);
  });

  it('answers 404 for what is neither an actor id nor an alias', async () => {
    const response = await api.inject({ url: '/actors/no-such/executions' });
    expect(response.statusCode).toBe(404);
    expect(response.json()).toMatchObject({ message: "Actor with identifier 'no-such' not found" });
  });

  it('answers 400 naming the header when the tenant is impossible', async () => {
    const response = await api.inject({ url: '/actors', headers: { tenant: 'A_B' } });
    expect(response.statusCode).toBe(400);
    expect(response.json<{ message: string }>().message).toMatch(
      /^Invalid tenant "A_B" in the request header "tenant"/,
    );
  });

  it('takes any parameter but a nonce for a search', async () => {
    const shape = async (url: string) => Object.keys((await api.inject({ url })).json<{ result: object }>().result);
    expect(await shape('/actors?x-nonce=n')).toEqual(['0']);
    expect(await shape('/actors?limit=1')).toEqual(['_metadata', 'search']);
  });

  it.each([`/actors/v2/${ACTOR}`, `/v3/actors/${ACTOR}`, `//v3//actors//${ACTOR}/`])('serves %s', async (url) => {
    const response = await api.inject({ url });
    expect(response.json()).toMatchObject({ message: 'Actor retrieved successfully.' });
    expect(JSON.stringify(api.log.lines)).toContain(JSON.stringify(url));
  });

  it('answers 405 and preflights below every prefix', async () => {
    const wrong = await api.inject({ method: 'PATCH', url: '/v3/actors' });
    expect([wrong.statusCode, wrong.headers.allow]).toEqual([405, 'GET, HEAD, POST, OPTIONS']);
    const preflight = await api.inject({ method: 'OPTIONS', url: '/actors/v2' });
    expect([preflight.statusCode, preflight.headers.allow]).toEqual([200, 'GET, HEAD, POST, OPTIONS']);
  });

  it.each(['/actors', `/actors/${ACTOR}`, `/actors/${ACTOR}/messages`, '/health/live'])(
    'answers HEAD %s as GET, without the body',
    async (url) => {
      const [head, get] = await Promise.all([api.inject({ method: 'HEAD', url }), api.inject({ url })]);
      expect([head.statusCode, head.body]).toEqual([get.statusCode, '']);
      expect(head.headers['content-length']).toBe(get.headers['content-length']);
    },
  );

  it('lets scripts of other origins read the headers that clients need', async () => {
    const { headers } = await api.inject({ url: '/actors' });
    expect(headers['access-control-expose-headers']).toBe(
      'ETag, Link, Retry-After, X-Abaco-Execution-Id, X-Request-Id',
    );
    expect(headers['x-content-type-options']).toBe('nosniff');
  });

  it.each(['/actors', '/nothing', '/health/live'])('lets every origin in on %s', async (url) => {
    const without = await api.inject({ url });
    expect(without.headers['access-control-allow-origin']).toBe('*');
    const from = await api.inject({ url, headers: { origin: 'https://a.example' } });
    expect(from.headers['access-control-allow-origin']).toBe('https://a.example');
    expect(from.headers.vary).toBe('Origin');
  });

  it.each(['/actors', `/actors/${ACTOR}/messages`, '/nothing'])('answers a preflight on %s', async (url) => {
    const response = await api.inject({
      method: 'OPTIONS',
      url,
      headers: {
        origin: 'https://a.example',
        tenant: 'IMPOSSIBLE_',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type, x-jwt-assertion-dev',
      },
    });
    expect(response.statusCode).toBe(200);
    expect(response.headers).toMatchObject({
      'access-control-allow-origin': 'https://a.example',
      'access-control-allow-methods': 'DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT',
      'access-control-allow-headers': 'content-type, x-jwt-assertion-dev',
    });
    expect(response.headers['access-control-max-age']).toBeUndefined();
  });

  it('lets every origin in, and names the request, where HEAD is refused', async () => {
    const { statusCode, headers } = await api.inject({
      method: 'HEAD',
      url: `/actors/${ACTOR}/executions/x/results`,
      headers: { origin: 'https://a.example', 'x-request-id': 'abc-2' },
    });
    expect(statusCode).toBe(405);
    expect(headers).toMatchObject({ 'access-control-allow-origin': 'https://a.example', 'x-request-id': 'abc-2' });
  });

  it('repeats a request id and makes one up when there is none', async () => {
    const given = await api.inject({ url: '/actors', headers: { 'x-request-id': 'abc-1' } });
    expect(given.headers['x-request-id']).toBe('abc-1');
    expect((await api.inject({ url: '/actors', headers: { 'x-request-id': 'a\tb' } })).headers['x-request-id']).toMatch(
      /^[0-9a-f-]{36}$/,
    );
  });

  it('logs who asked what, and no query, header or body', async () => {
    api.log.lines.length = 0;
    await api.inject({
      method: 'POST',
      url: `/actors/${ACTOR}/messages?x-nonce=SECRET1`,
      headers: { tenant: 'OTHER', authorization: 'Bearer SECRET2' },
      payload: { message: 'SECRET3' },
    });
    expect(api.log.lines).toHaveLength(1);
    expect(api.log.lines[0]).toMatchObject({
      level: 'info',
      fields: {
        method: 'POST',
        path: `/actors/${ACTOR}/messages`,
        status: 200,
        tenant: 'OTHER',
        actor: ACTOR,
        execution: EXECUTION,
      },
    });
    expect(JSON.stringify(api.log.lines)).not.toContain('SECRET');
  });
});
