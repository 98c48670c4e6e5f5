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
