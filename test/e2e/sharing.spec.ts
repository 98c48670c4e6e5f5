import { type Call, JwtServer } from './support/jwt-server.js';

const NO_ACTOR_ACCESS = 'Not authorized -- you do not have access to this actor.';
const NO_ALIAS_ACCESS = 'Not authorized -- you do not have access to this alias.';
const NO_ALIAS_AND_ACTOR_ACCESS = 'Not authorized -- you do not have access to this alias and actor.';
const LEVELS = ['NONE', 'READ', 'EXECUTE', 'UPDATE'] as const;

interface Nonce {
  readonly id: string;
  readonly current_uses: number;
  readonly remaining_uses: number;
}

describe('sharing', () => {
  let server: JwtServer;
  let jdoe: Call;
  let eve: Call;
  let root: Call;
  let anybody: Call;

  beforeAll(async () => {
    server = await JwtServer.start();
    jdoe = server.as('jdoe');
    eve = server.as('eve');
    root = server.as('root', 'Internal/abaco-admin');
    anybody = server.anybody;
  });
  afterAll(() => server.close());

  const register = async (as: Call, fields: object = {}): Promise<string> => {
    const { result } = await as('POST', '/actors', { image: 'abacosamples/test', ...fields });
    return String(result['id']);
  };
  const grant = (as: Call, path: string, user: string, level: string) =>
    as('POST', `${path}/permissions`, { user, level });
  const refused = (message: string, code = 400) => ({ code, status: 'error', message, result: null });

  describe('permissions of an actor', () => {
    it('begin with the owner, and are listed as they were granted', async () => {
      const actor = await register(jdoe);
      expect(await jdoe('GET', `/actors/${actor}/permissions`)).toMatchObject({
        code: 200,
        message: 'Permissions retrieved successfully.',
        result: { jdoe: 'UPDATE' },
      });
      expect(await grant(jdoe, `/actors/${actor}`, 'ABACO_WORLD', 'READ')).toMatchObject({
        message: 'Permission added successfully.',
        result: { jdoe: 'UPDATE', ABACO_WORLD: 'READ' },
      });
      expect((await grant(jdoe, `/actors/${actor}`, 'ABACO_WORLD', 'NONE')).result).toEqual({
        jdoe: 'UPDATE',
        ABACO_WORLD: 'NONE',
      });
    });

    it.each(['first.last', '$where', '__proto__', 'a"b', 'ü', 'constructor'])('take the user %s', async (user) => {
      const actor = await register(jdoe);
      await grant(jdoe, `/actors/${actor}`, user, 'READ');
      const { result } = await jdoe('GET', `/actors/${actor}/permissions`);
      expect(Object.entries(result)).toEqual([
        ['jdoe', 'UPDATE'],
        [user, 'READ'],
      ]);
    });

    it.each(LEVELS)('let a user with %s do what that includes', async (level) => {
      const actor = await register(jdoe);
      await grant(jdoe, `/actors/${actor}`, 'eve', level);
      const rank = LEVELS.indexOf(level);
      const needs: [number, string, string, unknown][] = [
        [1, 'GET', `/actors/${actor}`, undefined],
        [2, 'POST', `/actors/${actor}/messages`, { message: 'x' }],
        [3, 'DELETE', `/actors/${actor}/messages`, undefined],
      ];
      for (const [needed, method, path, body] of needs) {
        const answer = await eve(method, path, body);
        if (rank >= needed) expect(answer.code).toBe(200);
        else expect(answer).toMatchObject(refused(NO_ACTOR_ACCESS));
      }
      const list = (await eve<{ id: string }[]>('GET', '/actors')).result;
      expect(list.some(({ id }) => id === actor)).toBe(rank >= 1);
    });

    it('give a user the better of the own and the world’s level, in either order', async () => {
      for (const [first, second] of [
        ['eve', 'ABACO_WORLD'],
        ['ABACO_WORLD', 'eve'],
      ] as const) {
        const actor = await register(jdoe);
        await grant(jdoe, `/actors/${actor}`, first, 'READ');
        await grant(jdoe, `/actors/${actor}`, second, 'EXECUTE');
        expect((await eve('POST', `/actors/${actor}/messages`, { message: 'x' })).code).toBe(200);
        expect((await eve('DELETE', `/actors/${actor}/messages`)).message).toBe(NO_ACTOR_ACCESS);
      }
    });

    it('keep the world of one tenant out of another', async () => {
      const actor = await register(jdoe);
      await grant(jdoe, `/actors/${actor}`, 'ABACO_WORLD', 'UPDATE');
      const foreign = server.as('jdoe', undefined, 'OTHER');
      expect(await foreign('GET', `/actors/${actor}`)).toMatchObject(refused(`Actor OTHER_${actor} does not exist`));
      expect((await foreign<unknown[]>('GET', '/actors')).result).toEqual([]);
    });

    it('say what is wrong', async () => {
      const path = `/actors/${await register(jdoe)}`;
      const post = async (body: unknown) => (await jdoe('POST', `${path}/permissions`, body)).message;
      expect(await post({ level: 'READ' })).toBe(
        "Invalid permissions description: {'user': 'User owning the permission.'}",
      );
      expect(await post({ user: 'eve' })).toBe(
        `Invalid permissions description: {'level': "Level of the permission: ('NONE', 'READ', 'EXECUTE', 'UPDATE')"}`,
      );
      expect(await post({ user: 'eve', level: 'WRITE' })).toBe(
        "Invalid permission level: WRITE. The valid values are ('NONE', 'READ', 'EXECUTE', 'UPDATE')",
      );
      expect((await jdoe('PUT', `${path}/permissions`)).code).toBe(405);
      expect(await root('GET', '/actors/JN0Boakk0VzKX/permissions')).toMatchObject(
        refused('Actor DEV-DEVELOP_JN0Boakk0VzKX does not exist', 404),
      );
    });

    it('are set one after the other by those who come at once', async () => {
      const actor = await register(jdoe);
      const users = Array.from({ length: 25 }, (_, index) => `user${index}`);
      await Promise.all(users.map((user) => grant(jdoe, `/actors/${actor}`, user, 'READ')));
      const { result } = await jdoe('GET', `/actors/${actor}/permissions`);
      expect(Object.keys(result).sort()).toEqual(['jdoe', ...users].sort());
    });

    it('are added for whoever updates an actor of another', async () => {
      const actor = await register(jdoe);
      const updated = await root('PUT', `/actors/${actor}`, { image: 'abacosamples/test' });
      expect(updated).toMatchObject({ code: 200, result: { owner: 'jdoe' } });
      expect((await jdoe('GET', `/actors/${actor}/permissions`)).result).toEqual({ jdoe: 'UPDATE', root: 'UPDATE' });
    });
  });

  describe('aliases', () => {
    const create = (as: Call, alias: string, actor_id: string) => as('POST', '/actors/aliases', { alias, actor_id });

    it('stand for an actor wherever its id can', async () => {
      const actor = await register(jdoe);
      expect(await create(jdoe, 'jane.v1', actor)).toMatchObject({
        code: 200,
        message: 'Actor alias created successfully.',
        result: {
          alias: 'jane.v1',
          actor_id: actor,
          owner: 'jdoe',
          _links: {
            self: 'https://api.example.org/actors/v2/aliases/jane.v1',
            owner: 'https://api.example.org/profiles/v2/jdoe',
            actor: `https://api.example.org/actors/v2/${actor}`,
          },
        },
      });
      expect((await jdoe('GET', '/actors/jane.v1')).result['id']).toBe(actor);
      expect((await jdoe('POST', '/actors/jane.v1/messages', { message: 'x' })).result).toMatchObject({
        _links: { messages: `https://api.example.org/actors/v2/${actor}/messages` },
      });
      expect((await jdoe('GET', '/actors/aliases/jane.v1')).message).toBe('Alias retrieved successfully.');
      expect((await jdoe<{ alias: string }[]>('GET', '/actors/aliases')).result.map(({ alias }) => alias)).toContain(
        'jane.v1',
      );
    });

    it('are unique in their tenant alone', async () => {
      await create(jdoe, 'unique', await register(jdoe));
      expect(await create(eve, 'unique', await register(eve))).toMatchObject(refused('Alias unique already exists.'));
      const other = server.as('jdoe', undefined, 'OTHER');
      expect((await create(other, 'unique', await register(other))).code).toBe(200);
    });

    it.each([
      [{ actor_id: 'x' }, "{'alias': 'Actual alias for the actor; must be unique within a tenant.'}"],
      [{ alias: 'x' }, "{'actor_id': 'The human readable id for the actor associated with this alias.'}"],
    ])('need both fields: %j', async (fields, detail) => {
      expect((await jdoe('POST', '/actors/aliases', fields)).message).toBe(
        `Invalid alias description. Missing required field: ${detail}`,
      );
    });

    it.each([
      ['NolBaJ5y6714M', /^Invalid alias description\. Alias cannot be an Abaco hash id\.$/],
      ['messages', /^messages is a reserved word\. The following reserved words cannot be used for an alias: \['exec/],
      ['configs', /^configs is a reserved word/],
      ['a b', /^' ' is a forbidden character\. The following characters cannot be used for an alias: \['\\\\', ' ', /],
      ['a/b', /^'\/' is a forbidden character/],
      ['a'.repeat(256), /at most 255 characters/],
    ])('cannot be called %s', async (alias, message) => {
      expect((await create(jdoe, alias, await register(jdoe))).message).toMatch(message);
    });

    it('need UPDATE on the actor that they are to stand for', async () => {
      const [first, second] = [await register(jdoe), await register(jdoe)];
      expect(await create(eve, 'hers', first)).toMatchObject(
        refused(`Not authorized -- you do not have access to ${first}.`),
      );
      expect(await create(jdoe, 'hers', 'JN0Boakk0VzKX')).toMatchObject(
        refused('No actor found with id: JN0Boakk0VzKX.', 404),
      );
      expect((await create(root, 'admins', first)).code).toBe(200);
      await create(jdoe, 'hers', first);
      await grant(jdoe, '/actors/aliases/hers', 'eve', 'UPDATE');
      expect(await eve('PUT', '/actors/aliases/hers', { actor_id: second })).toMatchObject(
        refused('Not authorized -- you do not have UPDATE access to the actor you want to associate with this alias.'),
      );
      expect(await jdoe('PUT', '/actors/aliases/hers', { actor_id: second })).toMatchObject({
        message: 'Actor alias updated successfully.',
        result: { actor_id: second, owner: 'jdoe' },
      });
      expect(await jdoe('PUT', '/actors/aliases/hers', { alias: 'x', actor_id: second })).toMatchObject(
        refused('Invalid alias update description. The alias itself cannot be updated in a PUT request.'),
      );
    });

    it('have permissions that give no access to the actor', async () => {
      const actor = await register(jdoe);
      await create(jdoe, 'shared', actor);
      expect(await eve('GET', '/actors/aliases/shared')).toMatchObject(refused(NO_ALIAS_ACCESS));
      expect((await grant(jdoe, '/actors/aliases/shared', 'eve', 'UPDATE')).result).toEqual({
        jdoe: 'UPDATE',
        eve: 'UPDATE',
      });
      expect((await eve('GET', '/actors/aliases/shared')).code).toBe(200);
      expect(await eve('GET', '/actors/shared')).toMatchObject(refused(NO_ACTOR_ACCESS));
      expect(await eve('GET', '/actors/aliases/shared/nonces')).toMatchObject(refused(NO_ALIAS_AND_ACTOR_ACCESS));
      expect(await eve('DELETE', '/actors/aliases/shared')).toMatchObject({
        code: 200,
        message: 'Alias shared deleted successfully.',
        result: null,
      });
      expect(await root('GET', '/actors/aliases/shared')).toMatchObject(refused('No alias found: shared.', 404));
      expect(await jdoe('GET', '/actors/shared')).toMatchObject(
        refused("Actor with identifier 'shared' not found", 404),
      );
    });

    it('go with their actor, and take their nonces along', async () => {
      const actor = await register(jdoe);
      await create(jdoe, 'passing', actor);
      const nonce = (await jdoe<Nonce>('POST', '/actors/aliases/passing/nonces')).result.id;
      await jdoe('DELETE', `/actors/${actor}`);
      expect((await jdoe('GET', '/actors/aliases/passing')).code).toBe(404);
      await create(jdoe, 'passing', await register(jdoe));
      expect((await anybody('GET', `/actors/passing?x-nonce=${nonce}`)).message).toBe('Nonce does not exist.');
    });
  });

  describe('nonces', () => {
    const nonceOf = async (path: string, fields: object = {}): Promise<Nonce> =>
      (await jdoe<Nonce>('POST', `${path}/nonces`, fields)).result;

    it('are made, shown, listed and deleted', async () => {
      const actor = await register(jdoe);
      const path = `/actors/${actor}/nonces`;
      expect(await jdoe('GET', path)).toMatchObject({ message: 'Actor nonces retrieved successfully.', result: [] });
      const created = await jdoe<Nonce>('POST', path);
      const { id } = created.result;
      expect(id).toMatch(/^DEV-DEVELOP_[A-Za-z0-9]{20,}$/);
      expect(created).toMatchObject({
        message: 'Actor nonce created successfully.',
        result: {
          actor_id: actor,
          owner: 'jdoe',
          roles: ['Internal/abaco-user'],
          api_server: 'https://api.example.org',
          level: 'EXECUTE',
          max_uses: -1,
          current_uses: 0,
          remaining_uses: -1,
          description: '',
          last_use_time: 'None',
          _links: {
            self: `https://api.example.org/actors/v2/${actor}/nonces/${id}`,
            actor: `https://api.example.org/actors/v2/${actor}`,
          },
        },
      });
      expect((await jdoe<Nonce[]>('GET', path)).result).toEqual([created.result]);
      expect((await jdoe('GET', `${path}/${id}`)).result).toEqual(created.result);
      expect((await jdoe('POST', `${path}/${id}`)).code).toBe(405);
      expect(await jdoe('DELETE', `${path}/${id}`)).toMatchObject({
        message: 'Actor nonce deleted successfully.',
        result: null,
      });
      expect(await jdoe('GET', `${path}/${id}`)).toMatchObject(refused('Nonce not found.'));
      expect(await jdoe('DELETE', `${path}/${id}`)).toMatchObject(refused('Nonce not found.', 404));
    });

    it.each([
      [{ max_uses: 0 }, 'The max uses parameter must be a positive integer or -1 (to denote unlimited uses).'],
      [{ max_uses: -2 }, 'The max uses parameter must be a positive integer or -1 (to denote unlimited uses).'],
      [
        { max_uses: 'x' },
        "Invalid nonce description: {'max_uses': 'Maximum number of times this nonce can be redeemed. Default is unlimited.'}",
      ],
      [
        { level: 'ALL' },
        "Invalid nonce description. The level attribute must be one of: ('NONE', 'READ', 'EXECUTE', 'UPDATE')",
      ],
    ])('are not made of %j', async (fields, message) => {
      const actor = await register(jdoe);
      expect(await jdoe('POST', `/actors/${actor}/nonces`, fields)).toMatchObject(refused(message));
    });

    it('count their uses without a limit', async () => {
      const path = `/actors/${await register(jdoe)}`;
      const { id } = await nonceOf(path);
      for (const rest of ['', '/executions', '/messages']) {
        expect((await anybody('GET', `${path}${rest}?x-nonce=${id}`)).code).toBe(200);
      }
      expect((await jdoe('GET', `${path}/nonces/${id}`)).result).toMatchObject({ current_uses: 3, remaining_uses: -1 });
      const sent = await anybody('POST', `${path}/messages?x-nonce=${id}`, { message: 'x' });
      expect(sent.code).toBe(200);
      const execution = String(sent.result['execution_id']);
      expect((await jdoe('GET', `${path}/executions/${execution}`)).result['executor']).toBe('jdoe');
      const nonce = await jdoe('GET', `${path}/nonces/${id}`);
      expect(nonce.result).toMatchObject({ current_uses: 4, remaining_uses: -1 });
      expect(nonce.result['last_use_time']).toMatch(/Z$/);
    });

    it('are used up; a refused level does not count', async () => {
      const path = `/actors/${await register(jdoe)}`;
      const { id } = await nonceOf(path, { level: 'READ', max_uses: 3 });
      const get = () => anybody('GET', `${path}?x-nonce=${id}`);
      expect((await get()).code).toBe(200);
      expect((await jdoe('GET', `${path}/nonces/${id}`)).result).toMatchObject({ current_uses: 1, remaining_uses: 2 });
      expect(await anybody('POST', `${path}/messages?x-nonce=${id}`, { message: 'x' })).toMatchObject(
        refused('Nonce does not have sufficient permissions level.'),
      );
      expect((await get()).code).toBe(200);
      expect((await get()).code).toBe(200);
      expect(await get()).toMatchObject(refused('No remaining uses left for this nonce.'));
      expect((await jdoe('GET', `${path}/nonces/${id}`)).result).toMatchObject({ current_uses: 3, remaining_uses: 0 });
    });

    it('are not used more often than they may be, however many come at once', async () => {
      const path = `/actors/${await register(jdoe)}`;
      const { id } = await nonceOf(path, { level: 'READ', max_uses: 7 });
      const answers = await Promise.all(Array.from({ length: 30 }, () => anybody('GET', `${path}?x-nonce=${id}`)));
      expect(answers.filter(({ code }) => code === 200)).toHaveLength(7);
      expect((await jdoe('GET', `${path}/nonces/${id}`)).result).toMatchObject({ current_uses: 7, remaining_uses: 0 });
    });

    it('open their actor by its id, or what their alias stands for by the alias, and nothing else', async () => {
      const [actor, other] = [await register(jdoe), await register(jdoe)];
      await jdoe('POST', '/actors/aliases', { alias: 'bound', actor_id: actor });
      const ofActor = (await nonceOf(`/actors/${actor}`)).id;
      const ofAlias = (await nonceOf('/actors/aliases/bound')).id;
      const get = async (path: string, nonce: string) => (await anybody('GET', `${path}?x-nonce=${nonce}`)).message;
      expect(await get(`/actors/${actor}`, ofActor)).toBe('Actor retrieved successfully.');
      expect(await get('/actors/bound', ofAlias)).toBe('Actor retrieved successfully.');
      expect(await get('/actors/aliases/bound', ofAlias)).toBe('Alias retrieved successfully.');
      const unknown = 'Nonce does not exist.';
      expect(await get('/actors/bound', ofActor)).toBe(unknown);
      expect(await get(`/actors/${actor}`, ofAlias)).toBe(unknown);
      expect(await get(`/actors/${other}`, ofActor)).toBe(unknown);
      expect(await get('/actors/aliases/bound', ofActor)).toBe(unknown);
      expect(await get(`/actors/${actor}`, 'DEV-DEVELOP_NolBaJ5y6714M')).toBe(unknown);
      expect(await get(`/actors/${actor}`, 'nonsense')).toBe(unknown);
      expect(await get(`/actors/${actor}`, `OTHER_${ofActor.split('_')[1]}`)).toBe(unknown);
      expect(await get('/actors', ofActor)).toBe('Not authorized.');
      expect(await anybody('GET', `/actors/search/actors?x-nonce=${ofActor}`)).toMatchObject({
        code: 404,
        message: "'x-nonce' query parameter on the '/actors/search/{database}' endpoint does not resolve.",
      });
      expect(await anybody('GET', `/actors/nowhere?x-nonce=${ofAlias}`)).toMatchObject(
        refused("Actor with identifier 'nowhere' not found", 404),
      );
    });

    it('of an alias allow at most to execute', async () => {
      await jdoe('POST', '/actors/aliases', { alias: 'weak', actor_id: await register(jdoe) });
      expect(await jdoe('POST', '/actors/aliases/weak/nonces', { level: 'UPDATE' })).toMatchObject(
        refused("Invalid nonce description. The level attribute must be one of: ('NONE', 'READ', 'EXECUTE')"),
      );
      const created = await jdoe<Nonce>('POST', '/actors/aliases/weak/nonces', { level: 'READ' });
      expect(created).toMatchObject({
        message: 'Alias nonce created successfully.',
        result: { alias: 'weak', actor_id: null, level: 'READ' },
      });
      const { id } = created.result;
      expect((await jdoe('GET', '/actors/aliases/weak/nonces')).message).toBe('Alias nonces retrieved successfully.');
      expect((await jdoe('GET', `/actors/aliases/weak/nonces/${id}`)).message).toBe(
        'Alias nonce retrieved successfully.',
      );
      expect((await jdoe('DELETE', `/actors/aliases/weak/nonces/${id}`)).message).toBe(
        'Alias nonce deleted successfully.',
      );
    });

    it('go on with the rights that their owner has now', async () => {
      const path = `/actors/${await register(jdoe)}`;
      await grant(jdoe, path, 'eve', 'UPDATE');
      const { id } = (await eve<Nonce>('POST', `${path}/nonces`)).result;
      expect((await anybody('GET', `${path}?x-nonce=${id}`)).code).toBe(200);
      await grant(jdoe, path, 'eve', 'NONE');
      expect((await anybody('GET', `${path}?x-nonce=${id}`)).message).toBe(NO_ACTOR_ACCESS);
    });

    it('are shown to nobody whom they would give more than they have', async () => {
      const path = `/actors/${await register(jdoe)}`;
      await grant(jdoe, path, 'eve', 'READ');
      const strong = (await nonceOf(path, { level: 'UPDATE' })).id;
      const weak = (await nonceOf(path, { level: 'READ' })).id;
      const seen = async (call: Call, query = '') =>
        (await call<Nonce[]>('GET', `${path}/nonces${query}`)).result.map(({ id }) => id);
      expect(await seen(jdoe)).toEqual([strong, weak]);
      expect(await seen(eve)).toEqual([weak]);
      expect(await seen(anybody, `?x-nonce=${weak}`)).toEqual([weak]);
      expect((await eve('GET', `${path}/nonces/${strong}`)).message).toBe('Nonce not found.');
    });

    it('count where a token is not valid, and are nothing beside one that is', async () => {
      const path = `/actors/${await register(jdoe)}`;
      const { id } = await nonceOf(path);
      const response = await fetch(`${server.url}${path}?x-nonce=${id}`, {
        headers: { 'X-Jwt-Assertion-DEV-DEVELOP': 'junk' },
      });
      expect(response.status).toBe(200);
      expect((await eve('GET', `${path}?x-nonce=${id}`)).message).toBe(NO_ACTOR_ACCESS);
      expect((await anybody('GET', path)).message).toBe('No JWT or nonce provided.');
    });

    it('of an admin allow no more than their level', async () => {
      const path = `/actors/${await register(jdoe)}`;
      const { id } = (await root<Nonce>('POST', `${path}/nonces`, { level: 'READ' })).result;
      expect((await anybody('GET', `${path}?x-nonce=${id}`)).code).toBe(200);
      expect((await anybody('POST', `${path}/workers?x-nonce=${id}`)).message).toBe(
        'Nonce does not have sufficient permissions level.',
      );
      expect((await anybody('GET', `/actors/admin?x-nonce=${id}`)).code).toBeGreaterThanOrEqual(400);
    });
  });

  it('does not accept nonces when it is told not to', async () => {
    const strict = await JwtServer.start({ web: { accept_nonce: false } });
    try {
      const { result } = await strict.as('jdoe')('POST', '/actors', { image: 'x' });
      const path = `/actors/${String(result['id'])}`;
      const nonce = (await strict.as('jdoe')<Nonce>('POST', `${path}/nonces`)).result;
      expect((await strict.anybody('GET', `${path}?x-nonce=${nonce.id}`)).message).toBe('No JWT or nonce provided.');
    } finally {
      await strict.close();
    }
  });
});
