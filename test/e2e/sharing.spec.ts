import { type Call, JwtServer } from './support/jwt-server.js';
import { grant, NO_ACTOR_ACCESS, type Nonce, refused, register } from './support/shared-actors.js';

const NO_ALIAS_ACCESS = 'Not authorized -- you do not have access to this alias.';
const NO_ALIAS_AND_ACTOR_ACCESS = 'Not authorized -- you do not have access to this alias and actor.';
const LEVELS = ['NONE', 'READ', 'EXECUTE', 'UPDATE'] as const;

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
});
