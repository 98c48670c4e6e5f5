import { ApiApplication } from '../../test-support/api-application.js';

describe('the default of a field that a tenant has for itself', () => {
  let api: ApiApplication;
  beforeAll(async () => (api = await ApiApplication.start({ tenants: { A: { default_token: true } } })));
  afterAll(() => api.close());

  it.each([
    ['A', 'true'],
    ['B', 'false'],
  ])('is used for tenant %s', async (tenant, token) => {
    const response = await api.inject({
      method: 'POST',
      url: '/actors',
      headers: { tenant },
      payload: { image: 'abacosamples/test' },
    });
    expect(response.json<{ result: object }>().result).toMatchObject({ token });
  });
});

describe('what an actor asks for', () => {
  let api: ApiApplication;
  beforeAll(
    async () =>
      (api = await ApiApplication.start({
        workers: { network: 'none', max_run_time: 10 },
        tenants: { WIDE: { network: 'host', max_run_time: -1 } },
      })),
  );
  afterAll(() => api.close());
  const register = async (tenant: string, fields: object) =>
    (
      await api.inject({ method: 'POST', url: '/actors', headers: { tenant }, payload: { image: 'x', ...fields } })
    ).json<{ message: string }>().message;

  it.each([
    [{ network: 'none' }, 'Actor created successfully.'],
    [{ network: 'bridge' }, 'Invalid actor description: network bridge is not allowed here; it can be none at most.'],
    [{ max_run_time: 10 }, 'Actor created successfully.'],
    [{ max_run_time: 11 }, 'Invalid actor description: max_run_time can be 10 seconds at most.'],
  ])('is at most what everybody may have: %j', async (fields, message) => {
    expect(await register('DEV', fields)).toBe(message);
  });

  it('is at most what its tenant may have', async () => {
    expect(await register('WIDE', { network: 'host', max_run_time: 99_999 })).toBe('Actor created successfully.');
  });
});
