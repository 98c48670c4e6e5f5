import { KnownPaths } from '../http/known-paths.js';
import { ApiApplication } from '../../test-support/api-application.js';

interface Operation {
  summary?: string;
  parameters?: { name: string; in: string; description?: string }[];
  responses: Record<string, { description: string }>;
}

describe('the API description', () => {
  let api: ApiApplication;
  let paths: Record<string, Record<string, Operation>>;
  beforeAll(async () => {
    api = await ApiApplication.start();
    paths = (await api.inject({ url: '/docs-json' })).json<{ paths: typeof paths }>().paths;
  });
  afterAll(() => api.close());

  it('is a page', async () => {
    const response = await api.inject({ url: '/docs' });
    expect(response.statusCode).toBe(200);
    expect(response.headers['content-type']).toMatch(/html/);
  });

  it('describes every endpoint', () => {
    const endpoints = Object.entries(paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const routes = api.app
      .get(KnownPaths)
      .all()
      .flatMap(({ path, methods }) => methods.map((method) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`))
      .filter((route) => !/^(HEAD|OPTIONS) | \/docs|\*$/.test(route));
    expect(routes.length).toBeGreaterThan(50);
    expect(endpoints.sort()).toEqual(routes.sort());
  });

  it('says something about every endpoint, parameter and response', () => {
    const silent = Object.entries(paths).flatMap(([path, operations]) =>
      Object.entries(operations).flatMap(([method, { summary, parameters = [], responses }]) => [
        ...(summary ? [] : [`${method} ${path}`]),
        ...parameters.filter(({ description }) => !description).map(({ name }) => `${method} ${path} ${name}`),
        ...Object.entries(responses)
          .filter(([, { description }]) => !description)
          .map(([status]) => `${method} ${path} ${status}`),
      ]),
    );
    expect(silent).toEqual([]);
  });
});
