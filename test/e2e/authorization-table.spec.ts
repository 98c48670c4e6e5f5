import { toCamel } from '@abaco/contract';
import type { Endpoint, Objects } from './support/endpoint.js';
import { endpoints, pathTo } from './support/endpoints.js';
import { type Answer, type Call, JwtServer } from './support/jwt-server.js';

type Level = 'NONE' | 'READ' | 'EXECUTE' | 'UPDATE';

const LEVELS: readonly Level[] = ['NONE', 'READ', 'EXECUTE', 'UPDATE'];

/** Who sends the requests, what they were granted, and how they come in. */
interface Subject {
  readonly name: string;
  readonly roles?: string;
  readonly tenant?: string;
  /** What they have on actor, alias and config. */
  readonly level: Level;
  /** How it was granted; `none`: not at all. */
  readonly by: 'ownership' | 'permission' | 'world' | 'role' | 'none';
  readonly nonce?: { readonly of: 'actor' | 'alias'; readonly level: Level };
  readonly anonymous?: true;
}

const subjects: readonly Subject[] = [
  { name: 'the owner', level: 'UPDATE', by: 'ownership' },
  { name: 'a privileged owner', roles: 'Internal/abaco-privileged', level: 'UPDATE', by: 'ownership' },
  { name: 'a limited owner', roles: 'Internal/abaco-limited', level: 'UPDATE', by: 'ownership' },
  ...LEVELS.map((level): Subject => ({ name: `a user with ${level}`, level, by: 'permission' })),
  ...LEVELS.map((level): Subject => ({ name: `anybody when the world has ${level}`, level, by: 'world' })),
  { name: 'a stranger', level: 'NONE', by: 'none' },
  { name: 'an admin', roles: 'Internal/abaco-admin', level: 'UPDATE', by: 'role' },
  ...LEVELS.map((level): Subject => ({
    name: `the holder of a nonce with ${level}`,
    level,
    by: 'ownership',
    nonce: { of: 'actor', level },
  })),
  ...LEVELS.slice(0, 3).map((level): Subject => ({
    name: `the holder of an alias nonce with ${level}`,
    level,
    by: 'ownership',
    nonce: { of: 'alias', level },
  })),
  { name: 'somebody without a role', roles: 'Internal/something', level: 'UPDATE', by: 'ownership' },
  { name: 'somebody of another tenant', tenant: 'OTHER', level: 'NONE', by: 'none' },
  { name: 'somebody without a token', level: 'NONE', by: 'none', anonymous: true },
];

const includes = (granted: Level, needed: Level): boolean => LEVELS.indexOf(granted) >= LEVELS.indexOf(needed);

const refusals = {
  actor: 'Not authorized -- you do not have access to this actor.',
  alias: 'Not authorized -- you do not have access to this alias.',
  'alias-and-actor': 'Not authorized -- you do not have access to this alias and actor.',
} as const;

/** What an endpoint must answer: a message, or undefined when it lets the subject through. */
function refusalOf(
  subject: Subject,
  { method, needs, refusesNonces }: Endpoint,
  objects: Objects,
  admin: boolean,
): string | undefined {
  if (needs.on === 'nobody') return undefined;
  if (subject.anonymous) return 'No JWT or nonce provided.';
  if (subject.roles === 'Internal/something') return 'Not authorized -- missing required role.';
  if (subject.nonce) return refusesNonces ?? nonceRefusal(subject.nonce, needs);
  if (needs.on === 'role') return needs.level === 'user' || admin ? undefined : 'Abaco Admin role required.';
  if (subject.tenant !== undefined) return foreignRefusal(needs.on, objects);
  if (needs.on === 'workers')
    return admin ? undefined : 'Not authorized -- only admins are authorized to update workers.';
  if (includes(subject.level, needs.level)) return undefined;
  if (needs.on !== 'config') return refusals[needs.on];
  return method === 'GET'
    ? 'You do not have sufficient access to this actor config.'
    : 'Not authorized -- you do not have UPDATE access to this actor config.';
}

function nonceRefusal({ of, level }: NonNullable<Subject['nonce']>, needs: Endpoint['needs']): string | undefined {
  switch (needs.on) {
    case 'role':
    case 'config':
      return 'Not authorized.';
    case 'workers':
      return includes(level, 'UPDATE')
        ? 'Not authorized -- only admins are authorized to update workers.'
        : 'Nonce does not have sufficient permissions level.';
    case 'actor':
      return includes(level, needs.level) ? undefined : 'Nonce does not have sufficient permissions level.';
    case 'alias':
    case 'alias-and-actor':
      if (of === 'actor') return 'Nonce does not exist.';
      return includes(level, needs.level) ? undefined : 'Nonce does not have sufficient permissions level.';
    case 'nobody':
      return undefined;
  }
}

function foreignRefusal(
  object: 'actor' | 'alias' | 'alias-and-actor' | 'config' | 'workers',
  objects: Objects,
): string {
  switch (object) {
    case 'actor':
    case 'workers':
      return `Actor OTHER_${objects.actor} does not exist`;
    case 'alias':
    case 'alias-and-actor':
      return `Actor with identifier '${objects.alias}' not found`;
    case 'config':
      return `Config OTHER_${objects.config} does not exist`;
  }
}

describe.each(['snake', 'camel'] as const)('who may do what, in %s case', (letterCase) => {
  let server: JwtServer;
  let count = 0;

  beforeAll(async () => {
    server = await JwtServer.start({ web: { case: letterCase } });
  });
  afterAll(() => server.close());

  const named = (fields: Readonly<Record<string, unknown>>): Record<string, unknown> =>
    letterCase === 'snake'
      ? { ...fields }
      : Object.fromEntries(Object.entries(fields).map(([name, value]) => [toCamel(name), value]));

  /** Objects of jdoe, shared as the subject has it. */
  const objectsFor = async (subject: Subject, owner: Call): Promise<Objects> => {
    const own = async <R = Record<string, unknown>>(method: string, path: string, body?: object): Promise<R> => {
      const answer = await owner<R>(method, path, body && named({ ...body }));
      if (answer.status !== 'success') throw new Error(`${method} ${path}: ${answer.message}`);
      return answer.result;
    };
    count += 1;
    const actor = String((await own('POST', '/actors', { image: 'abacosamples/test', stateless: false }))['id']);
    const alias = `alias${count}`;
    const config = `config${count}`;
    await own('POST', '/actors/aliases', { alias, actor_id: actor });
    await own('POST', '/actors/configs', { name: config, value: 'x', is_secret: false, actors: actor });
    await own('POST', `/actors/${actor}/executions`, { runtime: 1, cpu: 1, io: 1 });
    const { executions } = await own<{ executions: { id: string }[] }>('GET', `/actors/${actor}/executions`);
    const nonce = String((await own('POST', `/actors/${actor}/nonces`, { level: 'READ' }))['id']);
    const aliasNonce = String((await own('POST', `/actors/aliases/${alias}/nonces`, { level: 'READ' }))['id']);
    if (subject.by === 'permission' || subject.by === 'world') {
      const user = subject.by === 'world' ? 'ABACO_WORLD' : 'eve';
      for (const path of [`/actors/${actor}`, `/actors/aliases/${alias}`, `/actors/configs/${config}`]) {
        await own('POST', `${path}/permissions`, { user, level: subject.level });
      }
    }
    return { actor, alias, config, execution: executions[0]?.id ?? '', nonce, aliasNonce };
  };

  /** The subject's way in, and the query that goes with every request. */
  const enter = async (subject: Subject, objects: Objects, owner: Call): Promise<{ call: Call; nonce?: string }> => {
    if (subject.nonce) {
      const of = subject.nonce.of === 'alias' ? `aliases/${objects.alias}` : objects.actor;
      const { result } = await owner('POST', `/actors/${of}/nonces`, named({ level: subject.nonce.level }));
      return { call: server.anybody, nonce: String(result['id']) };
    }
    if (subject.anonymous) return { call: server.anybody };
    const user = subject.by === 'ownership' ? 'jdoe' : 'eve';
    return { call: server.as(user, subject.roles, subject.tenant) };
  };

  it('covers every operation that the API description has', async () => {
    const document = (await (await fetch(`${server.url}/docs-json`)).json()) as { paths: Record<string, object> };
    const described = Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const covered = endpoints.map(({ method, path }) => `${method} ${path}`);
    expect([...covered].sort()).toEqual(described.sort());
  });

  it.each(subjects)('$name', async (subject) => {
    const owner = server.as('jdoe');
    const objects = await objectsFor(subject, owner);
    const { call, nonce } = await enter(subject, objects, owner);
    const by = subject.nonce?.of === 'alias' ? objects.alias : objects.actor;
    const wrong: string[] = [];
    for (const endpoint of endpoints) {
      const path = pathTo(endpoint, objects, by);
      const url = nonce === undefined ? path : `${path}${path.includes('?') ? '&' : '?'}x-nonce=${nonce}`;
      const body = endpoint.body?.(objects);
      const answer = await call(endpoint.method, url, body && named(body));
      const refusal = refusalOf(subject, endpoint, objects, subject.roles === 'Internal/abaco-admin');
      const problem = refusal === undefined ? judgeAllowed(endpoint, answer) : judgeRefused(refusal, answer);
      if (problem !== undefined) wrong.push(`${endpoint.method} ${endpoint.path}: ${problem}`);
    }
    expect(wrong).toEqual([]);
  });
});

function judgeAllowed({ allowed }: Endpoint, { message, code }: Answer): string | undefined {
  const matches = typeof allowed === 'string' ? message === allowed : allowed.test(message);
  return matches ? undefined : `should be allowed, answers ${code} ${message.slice(0, 200)}`;
}

function judgeRefused(refusal: string, { message, code, status, result }: Answer): string | undefined {
  const matches = message === refusal && status === 'error' && result === null && code >= 400 && code < 500;
  return matches ? undefined : `should be refused with "${refusal}", answers ${code} ${message.slice(0, 200)}`;
}
