import { ApiApplication } from '../../test-support/api-application.js';

describe('health', () => {
  let api: ApiApplication;
  beforeAll(async () => {
    api = await ApiApplication.start();
  });
  afterAll(() => api.close());

  it('is alive whatever the parts say, and asks for no caller', async () => {
    api.queries.health = () => Promise.resolve({ store: false, broker: false, engine: false });
    const response = await api.inject({ url: '/health/live', headers: { tenant: 'IMPOSSIBLE_' } });
    expect(response.statusCode).toBe(200);
    expect(response.json()).toMatchObject({ status: 'success', result: { status: 'ok' } });
  });

  it('is ready when all parts answer', async () => {
    api.queries.health = () => Promise.resolve({ store: true, broker: true, engine: true });
    const response = await api.inject({ url: '/health/ready' });
    expect(response.statusCode).toBe(200);
    expect(response.json()).toMatchObject({
      message: 'The service is ready.',
      result: {
        status: 'ok',
        details: { store: { status: 'up' }, broker: { status: 'up' }, engine: { status: 'up' } },
      },
    });
  });

  it('is not ready when a part does not answer, and says which', async () => {
    api.queries.health = () => Promise.resolve({ store: true, broker: false, engine: false });
    const response = await api.inject({ url: '/health/ready' });
    expect(response.statusCode).toBe(503);
    expect(response.json()).toMatchObject({ status: 'error', message: 'Not ready: broker, engine.' });
  });
});
