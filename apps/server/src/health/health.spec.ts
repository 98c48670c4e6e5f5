import { ApiApplication } from '../../test-support/api-application.js';

const well = { store: true, broker: true, engine: true, disk: true, hierarchy: true, host: true };

describe('health', () => {
  let api: ApiApplication;
  beforeAll(async () => {
    api = await ApiApplication.start();
  });
  afterAll(() => api.close());
  afterEach(() => {
    api.health.parts = () => Promise.resolve(well);
    api.health.alive = () => Promise.resolve(true);
  });

  it('is alive whatever the parts say, and asks for no caller', async () => {
    api.health.parts = () => Promise.resolve({ ...well, store: false, broker: false, engine: false, host: false });
    const response = await api.inject({ url: '/health/live', headers: { tenant: 'IMPOSSIBLE_' } });
    expect(response.statusCode).toBe(200);
    expect(response.json()).toMatchObject({ status: 'success', result: { status: 'ok' } });
  });

  it('is not alive when the actors take no messages: only a restart helps', async () => {
    api.health.alive = () => Promise.resolve(false);
    const response = await api.inject({ url: '/health/live' });
    expect(response.statusCode).toBe(503);
    expect(response.json()).toMatchObject({ status: 'error', message: 'Not alive: hierarchy.' });
  });

  it('is ready when all parts work', async () => {
    const response = await api.inject({ url: '/health/ready' });
    expect(response.statusCode).toBe(200);
    const up = { status: 'up' };
    expect(response.json()).toMatchObject({
      message: 'The service is ready.',
      result: { status: 'ok', details: { store: up, broker: up, engine: up, disk: up, hierarchy: up, host: up } },
    });
  });

  it.each(Object.keys(well))('is not ready without %s, and says so', async (part) => {
    api.health.parts = () => Promise.resolve({ ...well, [part]: false });
    const response = await api.inject({ url: '/health/ready' });
    expect(response.statusCode).toBe(503);
    expect(response.json()).toMatchObject({ status: 'error', message: `Not ready: ${part}.` });
  });
});

describe('a process without the role api', () => {
  let api: ApiApplication;
  beforeAll(async () => {
    api = await ApiApplication.start({ general: { roles: ['compute'] } });
  });
  afterAll(() => api.close());

  it('answers for its health and its metrics, and nothing else', async () => {
    const codes = await Promise.all(
      ['/health/live', '/metrics', '/actors', '/docs', '/cron'].map(
        async (url) => (await api.inject({ url })).statusCode,
      ),
    );
    expect(codes).toEqual([200, 200, 404, 404, 404]);
  });
});
