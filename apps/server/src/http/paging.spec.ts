import { ApiApplication } from '../../test-support/api-application.js';
import { actorRecord } from '../../test-support/records.js';

describe('the link to the next page', () => {
  let api: ApiApplication;
  beforeAll(async () => {
    api = await ApiApplication.start();
    api.queries.listActors = () => Promise.resolve([actorRecord(), actorRecord()]);
  });
  afterAll(() => api.close());

  it.each([
    ['/actors', '/actors'],
    ['//actors', '/actors'],
    ['//v3//actors/', '/v3/actors/'],
  ])('of %s is a path of this host: %s', async (url, path) => {
    const { headers } = await api.inject({ url: `${url}?page_size=1` });
    expect(headers.link).toMatch(/^<\/[^/].*>; rel="next"$/);
    expect(String(headers.link).slice(1).split('?', 1)).toEqual([path]);
  });
});
