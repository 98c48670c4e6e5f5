import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '@abaco/config';
import { type RunningServer, startServer } from '../../apps/server/src/bootstrap.js';
import { gatewayClaims, signedToken, testKey } from '../../libs/access/test-support/tokens.js';
import { eventually } from '../support/eventually.js';
import { buildTestImages, ECHO_IMAGE } from '../support/images.js';

interface Answer {
  readonly code: number;
  readonly message: string;
  readonly result: Record<string, unknown> | unknown[] | null;
}

/** As the original's gateway signs: 1024 bits, padded base64, the older name of the algorithm. */
const key = testKey(1024);

describe('the server with access control jwt', () => {
  let directory: string;
  let server: RunningServer;

  beforeAll(async () => {
    await buildTestImages();
    directory = await mkdtemp(join(tmpdir(), 'abaco-identity-'));
    server = await startServer(
      loadConfig({
        env: {},
        overrides: {
          general: { data_dir: directory },
          spawner: { host_id: `identity-${randomUUID().slice(0, 8)}` },
          web: {
            port: 0,
            access_control: 'jwt',
            apim_public_key: key.der,
            allow_weak_keys: true,
            tenant_api_servers: ['DEV-DEVELOP=https://dev.example.org'],
          },
        },
      }),
    );
  });
  afterAll(async () => {
    await server.close();
    await rm(directory, { recursive: true, force: true });
  });

  const as = (user: string, tenant = 'DEV-DEVELOP', roles = 'Internal/abaco-user'): Record<string, string> => ({
    [`X-Jwt-Assertion-${tenant}`]: signedToken(
      gatewayClaims({ 'http://wso2.org/claims/enduser': `${user}@carbon.super`, 'http://wso2.org/claims/role': roles }),
      key,
      { typ: 'JWT', alg: 'SHA256WITHRSA' },
      'base64',
    ),
  });
  const call = async (
    method: string,
    path: string,
    headers: Record<string, string>,
    body?: object,
  ): Promise<Answer> => {
    const response = await fetch(server.url + path, {
      method,
      headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.startsWith('application/json');
    return { code: response.status, ...(isJson ? JSON.parse(text) : { message: text, result: null }) } as Answer;
  };
  const member = ({ result }: Answer, name: string): string => String((result as Record<string, unknown>)[name]);

  it('runs an actor for its owner, and shows it to nobody else of its tenant or of another', async () => {
    const jdoe = as('jdoe');
    const registered = await call('POST', '/actors', jdoe, { image: ECHO_IMAGE });
    expect(registered).toMatchObject({
      code: 200,
      result: { owner: 'jdoe', _links: { owner: 'https://dev.example.org/profiles/v2/jdoe' } },
    });
    const actor = member(registered, 'id');
    const execution = member(await call('POST', `/actors/${actor}/messages`, jdoe, { message: 'hi' }), 'execution_id');
    const path = `/actors/${actor}/executions/${execution}`;
    await eventually('the execution is complete', async () => {
      return member(await call('GET', path, jdoe), 'status') === 'COMPLETE';
    });
    const logs = member(await call('GET', `${path}/logs`, jdoe), 'logs').split('\n');
    expect(logs).toContain('_abaco_username=jdoe');
    expect(logs).toContain('_abaco_jwt_header_name=X-Jwt-Assertion-Dev-Develop');
    const [worker] = (await call('GET', `/actors/${actor}/workers`, jdoe)).result as { id: string }[];

    expect((await call('GET', '/actors', as('eve'))).result).toEqual([]);
    expect(await call('GET', path, as('eve'))).toMatchObject({
      code: 400,
      message: 'Not authorized -- you do not have access to this actor.',
    });

    const description = (await (await fetch(`${server.url}/docs-json`)).json()) as { paths: Record<string, object> };
    const endpoints = Object.entries(description.paths).flatMap(([template, methods]) =>
      Object.keys(methods).map((method) => {
        const ids: Record<string, string> = { actor_id: actor, execution_id: execution, worker_id: worker?.id ?? '' };
        return {
          method: method.toUpperCase(),
          url: template.replace(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? name),
        };
      }),
    );
    for (const { method, url } of endpoints.filter((endpoint) => endpoint.url.includes(actor))) {
      const body = method === 'GET' ? undefined : { message: 'x', image: 'x', num: 1 };
      expect([method, url, await call(method, url, as('jdoe', 'SD2E'), body)]).toMatchObject([
        method,
        url,
        { code: 400, message: `Actor SD2E_${actor} does not exist`, result: null },
      ]);
      const admin = await call(method, url, as('root', 'SD2E', 'Internal/abaco-admin'), body);
      expect([method, url, admin.result]).toEqual([method, url, null]);
      if (admin.code === 200) expect(['', 'Actor deleted successfully.']).toContain(admin.message);
    }
    expect((await call('GET', '/actors', as('root', 'SD2E', 'Internal/abaco-admin'))).result).toEqual([]);
    expect(await call('GET', `/actors/${actor}`, jdoe)).toMatchObject({ code: 200, result: { status: 'READY' } });
  });
});
