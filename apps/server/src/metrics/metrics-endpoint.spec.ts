import { StoreUnavailable } from '@abaco/store';
import { ApiApplication } from '../../test-support/api-application.js';
import { samplesOf } from '../../test-support/prometheus.js';
import { ACTOR } from '../../test-support/records.js';

describe('GET /metrics', () => {
  let api: ApiApplication;
  const start = async (metrics: 'admin' | 'public' | 'off', access_control: 'none' | 'jwt' = 'none') =>
    (api = await ApiApplication.start({
      web: { metrics, access_control, jwks_uri: 'http://127.0.0.1:9/keys', accept_nonce: false },
    }));
  const read = () => api.inject({ url: '/metrics' });
  afterEach(() => api.close());

  it('answers in the text format of Prometheus, with gauges and what the server has answered', async () => {
    await start('admin');
    await api.inject({ url: `/actors/${ACTOR}` });
    await api.inject({ url: '/actors/nothing' });
    await api.inject({ url: '/no/such/path' });
    const response = await read();
    expect(response.headers['content-type']).toMatch(/^text\/plain; version=0\.0\.4; charset=utf-8/);
    expect(response.headers['cache-control']).toBe('no-store');
    const samples = samplesOf(response.body);
    expect(samples('abaco_actor_messages')).toMatchObject([{ labels: { actor: ACTOR }, value: '3' }]);
    expect(samples('abaco_actor_workers')).toMatchObject([{ labels: { status: 'READY' }, value: '2' }]);
    for (const status of [200, 404]) {
      const labels = `method="GET",route="/actors/:actor_id",status="${status}"`;
      expect(response.body).toContain(`\nabaco_http_request_seconds_count{${labels}} 1\n`);
    }
    expect(response.body).toContain('route="_other"');
    expect(response.body).not.toContain('/no/such/path');
  });

  it('is for admins, unless it is made public', async () => {
    await start('admin', 'jwt');
    expect((await read()).json()).toMatchObject({ status: 'error', message: 'No JWT or nonce provided.' });
    await api.close();
    await start('public', 'jwt');
    expect((await read()).statusCode).toBe(200);
  });

  it('is no endpoint when it is off', async () => {
    await start('off');
    expect((await read()).statusCode).toBe(404);
  });

  it('answers while the store does not', async () => {
    await start('admin');
    api.usage.snapshot = () => Promise.reject(new StoreUnavailable());
    const response = await read();
    expect(response.statusCode).toBe(200);
    expect(samplesOf(response.body)('abaco_actor_messages')).toEqual([]);
  });
});

it('GET /cron answers everybody that there is nothing to do', async () => {
  const api = await ApiApplication.start({ web: { access_control: 'jwt', jwks_uri: 'http://127.0.0.1:9/keys' } });
  const response = await api.inject({ url: '/cron' });
  expect(response.json()).toMatchObject({
    status: 'success',
    message: 'Cron schedules run by themselves: there is nothing to do.',
    result: null,
  });
  await api.close();
});
