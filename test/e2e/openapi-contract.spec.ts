import { type ApiDocument, ApiContract, describedPath } from '../../apps/server/test-support/api-contract.js';
import type { Objects } from './support/endpoint.js';
import { endpoints, pathTo } from './support/endpoints.js';
import { JwtServer } from './support/jwt-server.js';

/**
 * Answers that are described and that this test cannot bring about, with the reason. Those for reasons that hold everywhere are matched
 * by their status alone.
 */
const notDriven: readonly (readonly [RegExp, string])[] = [
  [/ 500$/, 'nothing is known that does it: fuzz.spec.ts looks for it'],
  [/ 415$/, 'fetch sends no malformed Content-Type: conventions.spec.ts'],
  [/ 503$/, 'store, broker or engine would have to be down: test/faults'],
  [/ 429$/, 'quotas and limits: test/e2e/quotas.spec.ts, synchronous.spec.ts, live.spec.ts'],
  [/ 413$/, 'bodies of 8 MiB at every endpoint: messages.spec.ts sends one'],
  [/messages (202|422)$/, 'synchronous.spec.ts, messages.spec.ts'],
  [/\/(logs|events) 204$/, 'live.spec.ts'],
  [/^DELETE \/actors\/\{actor_id\}\/executions\/\{execution_id\} 200$/, 'halts a container: actor-life.spec.ts'],
  [/dead_letters\/\{execution_id\} 200$/, 'attempts have to fail: dead-letters.spec.ts'],
  [/workers\/\{worker_id\} 200$/, 'a worker has to live: actor-life.spec.ts'],
  [/^POST \/admin\/dashboard 200$/, 'another instance: admin.spec.ts'],
];

describe.each(['snake', 'camel'] as const)('the API description in %s case', (letterCase) => {
  let server: JwtServer;
  let contract: ApiContract;
  let document: ApiDocument;
  const problems: string[] = [];

  beforeAll(async () => {
    server = await JwtServer.start({ web: { case: letterCase, metrics: 'admin' } });
    document = (await (await fetch(`${server.url}/docs-json`)).json()) as ApiDocument;
    contract = new ApiContract(document);
  });
  afterAll(() => server.close());

  const named = (fields: object): object =>
    letterCase === 'snake'
      ? fields
      : Object.fromEntries(
          Object.entries(fields).map(([name, value]) => [
            name.replace(/(?<=[a-z])_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
            value as unknown,
          ]),
        );

  const call = async (
    method: string,
    url: string,
    headers: Record<string, string>,
    body?: object | string,
  ): Promise<{ status: number; result: unknown }> => {
    const response = await fetch(server.url + url, {
      method,
      headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(named(body)) }),
      signal: AbortSignal.timeout(10_000),
    });
    const contentType = response.headers.get('content-type') ?? undefined;
    // the stream of a final execution ends of itself
    const text = await response.text();
    const path = describedPath(document, url);
    const all = Object.fromEntries(response.headers);
    const answer = { method, path: path ?? url, status: response.status, headers: all, body: text };
    const problem = contract.problemOf(answer);
    if (problem !== undefined) problems.push(problem);
    const isEnvelope = contentType?.startsWith('application/json') && text !== '';
    return { status: response.status, result: isEnvelope ? (JSON.parse(text) as { result: unknown }).result : text };
  };

  const objectsOf = async (headers: Record<string, string>, name: string): Promise<Objects> => {
    const made = async (url: string, body: object): Promise<Record<string, unknown>> =>
      (await call('POST', url, headers, body)).result as Record<string, unknown>;
    const actor = String((await made('/actors', { image: 'abacosamples/test', stateless: false }))['id']);
    await made('/actors/aliases', { alias: name, actor_id: actor });
    await made('/actors/configs', { name, value: 'x', is_secret: false, actors: actor });
    await made(`/actors/${actor}/executions`, { runtime: 1, cpu: 1, io: 1 });
    const { result } = await call('GET', `/actors/${actor}/executions`, headers);
    const execution = String((result as { executions: { id: string }[] }).executions[0]?.id);
    const nonce = String((await made(`/actors/${actor}/nonces`, { level: 'READ' }))['id']);
    const aliasNonce = String((await made(`/actors/aliases/${name}/nonces`, { level: 'READ' }))['id']);
    return { actor, alias: name, config: name, execution, nonce, aliasNonce };
  };

  it('holds for every operation of an admin, of somebody without a token, and for what is not there', async () => {
    const admin = server.headersOf('root', 'Internal/abaco-admin');
    const objects = await objectsOf(admin, 'there');
    const nothing: Objects = {
      actor: 'JN0Boakk0VzKX',
      alias: 'nowhere',
      config: 'nowhere',
      execution: 'JN0Boakk0VzKX',
      nonce: 'DEV-DEVELOP_JN0Boakk0VzKX',
      aliasNonce: 'DEV-DEVELOP_JN0Boakk0VzKX',
    };
    for (const endpoint of endpoints) {
      await call(endpoint.method, pathTo(endpoint, nothing), admin, endpoint.body?.(nothing));
      await call(endpoint.method, pathTo(endpoint, nothing, 'nowhere'), admin, endpoint.body?.(nothing));
      await call(endpoint.method, pathTo(endpoint, objects), {}, endpoint.body?.(objects));
      if (endpoint.body) await call(endpoint.method, pathTo(endpoint, objects), admin, '{"broken');
    }
    for (const endpoint of endpoints) {
      await call(endpoint.method, pathTo(endpoint, objects), admin, endpoint.body?.(objects));
    }
    expect(problems).toEqual([]);
  });

  it('holds for searches, pages, entity tags and other answers', async () => {
    const owner = server.headersOf('jdoe');
    const objects = await objectsOf(owner, 'mine');
    const path = `/actors/${objects.actor}`;
    for (const type of ['actors', 'executions', 'workers', 'logs']) {
      await call('GET', `/actors/search/${type}?limit=5`, owner);
    }
    await call('GET', '/actors/search/nothing', owner);
    await call('GET', `/actors/search/actors?x-nonce=${objects.nonce}`, {});
    await call('POST', '/actors/aliases', owner, { alias: 'unknown', actor_id: 'JN0Boakk0VzKX' });
    for (const rest of ['', '/executions', '/workers', `/executions/${objects.execution}/logs`]) {
      await call('GET', `${rest === '' ? '/actors' : path + rest}?limit=5&skip=1`, owner);
    }
    await call('GET', '/actors?page_size=1', owner);
    await call('GET', `${path}/executions?page_size=1`, owner);
    for (const rest of ['', '/state']) await call('GET', path + rest, { ...owner, 'if-none-match': '*' });
    const stale = { ...owner, 'if-match': '"0-x"' };
    await call('POST', `${path}/state`, stale, { x: 1 });
    await call('PUT', path, stale, { image: 'x', stateless: false });
    await call('DELETE', path, stale);
    await call('GET', `${path}/messages`, { accept: 'application/problem+json' });
    await call('POST', '/actors/aliases', owner, { alias: 'other', actor_id: objects.actor });
    await call('PUT', '/actors/aliases/other', owner, { actor_id: objects.actor });
    await call('PUT', '/actors/configs/mine', owner, {
      name: 'mine',
      value: 'y',
      is_secret: true,
      actors: objects.actor,
    });
    await call('POST', '/actors/configs', owner, {
      name: 'unattached',
      value: 'y',
      is_secret: false,
      actors: 'JN0Boakk0VzKX',
    });
    await call('POST', `${path}/workers`, server.headersOf('root', 'Internal/abaco-admin'), { num: 1 });
    await call('GET', `${path}/workers`, owner);
    await call('GET', '/actors/admin', server.headersOf('root', 'Internal/abaco-admin'));
    expect(problems).toEqual([]);
  });

  it('describes nothing that was not seen here, but for what another test shows', () => {
    const unseen = contract.described.filter(
      (name) => !contract.seen.has(name) && !notDriven.some(([pattern]) => pattern.test(name)),
    );
    expect(unseen).toEqual([]);
  });
});
