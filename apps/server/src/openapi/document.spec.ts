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
    expect(endpoints.sort()).toEqual([
      'DELETE /actors/configs/{config}',
      'DELETE /actors/{actor_id}',
      'DELETE /actors/{actor_id}/executions/{execution_id}',
      'DELETE /actors/{actor_id}/messages',
      'DELETE /actors/{actor_id}/workers/{worker_id}',
      'GET /actors',
      'GET /actors/configs',
      'GET /actors/configs/{config}',
      'GET /actors/configs/{config}/permissions',
      'GET /actors/{actor_id}',
      'GET /actors/{actor_id}/executions',
      'GET /actors/{actor_id}/executions/{execution_id}',
      'GET /actors/{actor_id}/executions/{execution_id}/events',
      'GET /actors/{actor_id}/executions/{execution_id}/logs',
      'GET /actors/{actor_id}/executions/{execution_id}/results',
      'GET /actors/{actor_id}/messages',
      'GET /actors/{actor_id}/state',
      'GET /actors/{actor_id}/workers',
      'GET /actors/{actor_id}/workers/{worker_id}',
      'GET /health/live',
      'GET /health/ready',
      'POST /actors',
      'POST /actors/configs',
      'POST /actors/configs/{config}/permissions',
      'POST /actors/{actor_id}/executions',
      'POST /actors/{actor_id}/messages',
      'POST /actors/{actor_id}/state',
      'POST /actors/{actor_id}/workers',
      'PUT /actors/configs/{config}',
      'PUT /actors/{actor_id}',
    ]);
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
