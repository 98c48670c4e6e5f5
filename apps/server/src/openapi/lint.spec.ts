import { createConfig, lintFromString } from '@redocly/openapi-core';
import type { ConfigOverrides } from '@abaco/config';
import { testKey } from '../../../../libs/access/test-support/tokens.js';
import { ApiApplication } from '../../test-support/api-application.js';

const jwt = { access_control: 'jwt', apim_public_key: testKey().der, jwt_sources: ['assertion', 'tapis', 'bearer'] };

/** Rules that do not hold here, each with its reason. */
const rules: Parameters<typeof createConfig>[0] = {
  extends: ['recommended'],
  rules: {
    'operation-description': 'error',
    // health and /cron fail with 503 alone, or never
    'operation-4xx-response': 'off',
    // `/actors/admin` and `/actors/{actor_id}` are both the original's; static words win
    'no-ambiguous-paths': 'off',
  },
};

describe.each<[string, ConfigOverrides['web']]>([
  ['snake case, open', { case: 'snake' }],
  ['camel case, open', { case: 'camel' }],
  ['snake case, with tokens', { case: 'snake', ...jwt } as ConfigOverrides['web']],
  ['camel case, with tokens', { case: 'camel', ...jwt } as ConfigOverrides['web']],
])('the API description in %s', (_, web) => {
  let api: ApiApplication;
  let source: string;
  beforeAll(async () => {
    api = await ApiApplication.start({ web });
    source = (await api.inject({ url: '/docs-json' })).body;
  });
  afterAll(() => api.close());

  it('is OpenAPI 3.1 that no rule has anything against', async () => {
    expect(source).toContain('"openapi":"3.1.0"');
    const problems = await lintFromString({ source, absoluteRef: 'openapi.json', config: await createConfig(rules) });
    expect(problems.map(({ ruleId, message, location }) => [ruleId, message, location[0]?.pointer])).toEqual([]);
  });

  it('uses no words of 3.0', () => {
    expect(source).not.toContain('"nullable"');
    expect(source).not.toMatch(/"schema":\{[^{}]*"example":/);
  });
});
