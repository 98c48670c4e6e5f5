import type { OpenAPIObject } from '@nestjs/swagger';
import type { ConfigOverrides } from '@abaco/config';
import { testKey } from '../../../../libs/access/test-support/tokens.js';
import { ApiApplication } from '../../test-support/api-application.js';

async function documentOf(web: ConfigOverrides['web'], tokens: ConfigOverrides['tokens'] = {}): Promise<OpenAPIObject> {
  const api = await ApiApplication.start({ web, tokens });
  try {
    return (await api.inject({ url: '/docs-json' })).json<OpenAPIObject>();
  } finally {
    await api.close();
  }
}

const parametersOf = ({ paths }: OpenAPIObject): unknown[] =>
  (paths['/actors']?.get?.parameters ?? []).map((parameter) => ('name' in parameter ? parameter.name : parameter));

describe('the security of the API description', () => {
  it('says which tokens are taken, and that health needs none', async () => {
    const document = await documentOf({
      access_control: 'jwt',
      apim_public_key: testKey().der,
      jwt_sources: ['assertion', 'tapis', 'bearer'],
    });
    expect(document.security).toEqual([{ assertion: [] }, { tapis: [] }, { bearer: [] }, { nonce: [] }]);
    expect(document.components?.securitySchemes).toMatchObject({
      assertion: { type: 'apiKey', name: 'X-Jwt-Assertion-DEV' },
      tapis: { type: 'apiKey', name: 'X-Tapis-Token' },
      bearer: { type: 'http', scheme: 'bearer' },
    });
    expect(document.paths['/health/live']?.get?.security).toEqual([]);
    expect(document.paths['/actors']?.get?.security).toBeUndefined();
    expect(parametersOf(document)).not.toContain('tenant');
  });

  it('says that tokens of executions are taken, when they are issued here', async () => {
    const web = { access_control: 'jwt', apim_public_key: testKey().der } as const;
    const document = await documentOf(web, { issuer: 'builtin' });
    expect(document.security).toEqual([{ assertion: [] }, { bearer: [] }, { nonce: [] }]);
  });

  it('asks for nothing but the tenant when everybody is let in', async () => {
    const document = await documentOf({});
    expect(document.security ?? []).toEqual([]);
    expect(document.components?.securitySchemes).toBeUndefined();
    expect(parametersOf(document)).toContain('tenant');
  });
});
