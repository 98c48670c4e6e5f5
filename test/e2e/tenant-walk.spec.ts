import type { Endpoint, Objects } from './support/endpoint.js';
import { endpoints, pathTo } from './support/endpoints.js';
import { type Answer, type Call, JwtServer } from './support/jwt-server.js';

/** A text that is nowhere but in the data of the first tenant. */
const CANARY = 'canary-5f1d9c';

/** Endpoints that show or remove nothing of one tenant alone: admins see all, or nothing is asked for by an id. */
const spansTenants = ({ path, needs }: Endpoint): boolean =>
  needs.on === 'nobody' || (needs.on === 'role' && (needs.level === 'admin' || path === '/actors/utilization'));

describe('an admin of another tenant', () => {
  let server: JwtServer;
  let owner: Call;
  let foreigner: Call;
  let objects: Objects;
  let nothing: Objects;

  beforeAll(async () => {
    server = await JwtServer.start();
    owner = server.as('jdoe');
    foreigner = server.as('jdoe', 'Internal/abaco-admin', 'OTHER');
    const fields = {
      image: CANARY,
      name: CANARY,
      description: CANARY,
      stateless: false,
      state: { canary: CANARY },
      default_environment: { canary: CANARY },
    };
    const actor = String((await owner('POST', '/actors', fields)).result['id']);
    await owner('POST', '/actors/aliases', { alias: 'jane-of-dev', actor_id: actor });
    await owner('POST', '/actors/configs', { name: 'settings-of-dev', value: CANARY, is_secret: false, actors: actor });
    for (const path of [`/actors/${actor}`, '/actors/aliases/jane-of-dev', '/actors/configs/settings-of-dev']) {
      await owner('POST', `${path}/permissions`, { user: 'ABACO_WORLD', level: 'UPDATE' });
    }
    await owner('POST', `/actors/${actor}/executions`, { runtime: 1, cpu: 1, io: 1 });
    const { result } = await owner<{ executions: { id: string }[] }>('GET', `/actors/${actor}/executions`);
    const nonce = async (path: string) => String((await owner('POST', `${path}/nonces`)).result['id']);
    objects = {
      actor,
      alias: 'jane-of-dev',
      config: 'settings-of-dev',
      execution: String(result.executions[0]?.id),
      nonce: await nonce(`/actors/${actor}`),
      aliasNonce: await nonce('/actors/aliases/jane-of-dev'),
    };
    nothing = {
      actor: 'JN0Boakk0VzKX',
      alias: 'no-such-name',
      config: 'no-such-name',
      execution: 'JN0Boakk0VzKX',
      nonce: 'DEV-DEVELOP_JN0Boakk0VzKX',
      aliasNonce: 'DEV-DEVELOP_JN0Boakk0VzKX',
    };
  });
  afterAll(() => server.close());

  const reads = endpoints.filter(({ method, path }) => method === 'GET' && !path.endsWith('/results'));
  const everythingOf = async (call: Call): Promise<unknown[]> => {
    const all: unknown[] = [];
    for (const endpoint of reads.filter((each) => !spansTenants(each) && !each.path.endsWith('/events'))) {
      const { code, message, result } = await call('GET', pathTo(endpoint, objects));
      all.push({ path: endpoint.path, code, message, result });
    }
    return all;
  };

  it.each([
    ['the id of the actor', () => objects.actor],
    ['the alias', () => objects.alias],
  ])('gets the same answers by %s as for what does not exist, and changes nothing', async (_, by) => {
    const before = await everythingOf(owner);
    expect(JSON.stringify(before)).toContain(CANARY);
    const told: string[] = [];
    for (const endpoint of endpoints.filter((each) => !spansTenants(each))) {
      const body = endpoint.body?.(objects);
      const answer = await foreigner(endpoint.method, pathTo(endpoint, objects, by()), body);
      if (everythingIn(answer).includes(CANARY)) told.push(`${endpoint.method} ${endpoint.path} tells the canary`);
      if (endpoint.needs.on === 'role') continue; // about no object, and allowed
      const other = by() === objects.actor ? nothing.actor : nothing.alias;
      const unknown = await foreigner(endpoint.method, pathTo(endpoint, nothing, other), body);
      const [seen, wanted] = [withoutNames(answer, objects), withoutNames(unknown, nothing)];
      if (seen !== wanted) told.push(`${endpoint.method} ${endpoint.path}: ${seen} instead of ${wanted}`);
    }
    expect(told).toEqual([]);
    expect(await everythingOf(owner)).toEqual(before);
  });

  it('finds nothing in lists', async () => {
    for (const path of ['/actors', '/actors/aliases', '/actors/configs']) {
      const { result } = await foreigner<{ image?: string; actor_id?: string; name?: string }[]>('GET', path);
      expect(JSON.stringify(result)).not.toContain(objects.actor);
      expect(JSON.stringify(result)).not.toContain(CANARY);
    }
  });

  it('is no admin of the first tenant by a nonce of it', async () => {
    const answer = await foreigner('GET', `/actors/${objects.actor}?x-nonce=${objects.nonce}`);
    expect(answer).toMatchObject({ code: 404, message: `No actor found with identifier: ${objects.actor}.` });
  });
});

const everythingIn = ({ code, message, result, headers }: Answer): string =>
  JSON.stringify({ code, message, result, headers: [...headers] });

/** An answer without what differs between two requests of the same kind. */
function withoutNames(
  { code, message, result }: Answer,
  { actor, alias, config, execution, nonce, aliasNonce }: Objects,
) {
  let text = JSON.stringify({ code, message, result });
  for (const name of [nonce, aliasNonce, actor, execution, alias, config]) text = text.replaceAll(name, '*');
  return text;
}
