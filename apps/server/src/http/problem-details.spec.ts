import { ApiApplication } from '../../test-support/api-application.js';

describe('problem details', () => {
  let api: ApiApplication;
  beforeAll(async () => {
    api = await ApiApplication.start();
  });
  afterAll(() => api.close());

  it.each([
    'application/problem+json',
    'text/html, application/problem+json',
    'application/json;q=0.5, application/*;q=0.8',
  ])('are what a client gets that accepts %s', async (accept) => {
    const response = await api.inject({
      url: '/actors/nobody/messages',
      headers: { accept, 'x-request-id': 'request-7' },
    });
    expect(response.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(response.json()).toEqual({
      type: 'about:blank',
      title: 'Not Found',
      status: 404,
      detail: "Actor with identifier 'nobody' not found",
      instance: '/requests/request-7',
    });
  });

  it.each([
    undefined,
    '',
    '*/*',
    'application/json',
    'application/json, application/problem+json',
    'text/html',
    'nonsense',
  ])('are not for a client that accepts %s', async (accept) => {
    const response = await api.inject({
      url: '/actors/nobody/messages',
      headers: accept === undefined ? {} : { accept },
    });
    expect(response.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(response.json()).toMatchObject({ status: 'error', result: null });
  });

  it.each([
    ['GET', '/nowhere', 404],
    ['PATCH', '/actors', 405],
    ['POST', '/actors', 400],
    ['GET', '/actors/%', 400],
  ] as const)('are the answer to %s %s too', async (method, url, status) => {
    const response = await api.inject({ method, url, headers: { accept: 'application/problem+json' } });
    expect([response.statusCode, response.json<{ status: number }>().status]).toEqual([status, status]);
    expect(response.headers['access-control-allow-origin']).toBe('*');
  });

  it('do not change an answer that is no error', async () => {
    const response = await api.inject({ url: '/actors', headers: { accept: 'application/problem+json' } });
    expect(response.json()).toMatchObject({ status: 'success' });
  });
});
