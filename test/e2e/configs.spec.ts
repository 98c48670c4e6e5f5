import { eventually } from '../support/eventually.js';
import { buildTestImages, ECHO_IMAGE } from '../support/images.js';
import { type Call, JwtServer } from './support/jwt-server.js';

interface Config {
  readonly name: string;
  readonly value: string;
  readonly is_secret: boolean;
  readonly actors: string;
}

const ADMIN = 'Internal/abaco-admin';
const NO_READ = 'You do not have sufficient access to this actor config.';
const NO_UPDATE = 'Not authorized -- you do not have UPDATE access to this actor config.';

describe('configs', () => {
  let server: JwtServer;
  let jdoe: Call;
  let eve: Call;
  let root: Call;
  let names = 0;

  beforeAll(async () => {
    await buildTestImages();
    server = await JwtServer.start();
    jdoe = server.as('jdoe');
    eve = server.as('eve');
    root = server.as('root', ADMIN);
  });
  afterAll(() => server.close());

  const freshName = (): string => `config-${++names}`;
  const register = async (as: Call, image = ECHO_IMAGE): Promise<string> =>
    String((await as('POST', '/actors', { image })).result['id']);
  const create = (as: Call, actors: string, fields: Partial<Config> = {}) =>
    as<Config>('POST', '/actors/configs', { name: freshName(), value: 'v', is_secret: false, actors, ...fields });
  const refused = (message: string, code = 400) => ({ code, status: 'error', message, result: null });
  const listed = async (as: Call): Promise<string[]> =>
    (await as<Config[]>('GET', '/actors/configs')).result.map(({ name }) => name);
  const grant = (path: string, user: string, level: string) => jdoe('POST', `${path}/permissions`, { user, level });
  /** What an execution's container has in a variable of its environment. */
  const variablesOf = async (as: Call, actor: string): Promise<Record<string, string>> => {
    const sent = await as('POST', `/actors/${actor}/messages`, { message: 'hi' });
    const path = `/actors/${actor}/executions/${String(sent.result['execution_id'])}`;
    await eventually('the execution is complete', async () => (await as('GET', path)).result['status'] === 'COMPLETE');
    const logs = String((await as('GET', `${path}/logs`)).result['logs']);
    return Object.fromEntries(
      logs.split('\n').map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
    );
  };

  it('belong to who made them: nobody else of the tenant sees, changes or deletes them, nor their permissions', async () => {
    const { result: config } = await create(jdoe, await register(jdoe));
    const path = `/actors/configs/${config.name}`;
    expect(await listed(eve)).not.toContain(config.name);
    expect(await eve('GET', path)).toMatchObject(refused(NO_READ));
    expect(await eve('GET', `${path}/permissions`)).toMatchObject(refused(NO_READ));
    expect(await eve('PUT', path, config)).toMatchObject(refused(NO_UPDATE));
    expect(await eve('DELETE', path)).toMatchObject(refused(NO_UPDATE));
    expect(await eve('POST', `${path}/permissions`, { user: 'eve', level: 'UPDATE' })).toMatchObject(
      refused(NO_UPDATE),
    );
    expect(await jdoe('GET', path)).toMatchObject({ code: 200, result: config });
  });

  it('are shared by permissions, level by level, and with everybody', async () => {
    const actor = await register(jdoe);
    const { result: config } = await create(jdoe, actor);
    const path = `/actors/configs/${config.name}`;
    for (const level of ['READ', 'EXECUTE']) {
      expect((await grant(path, 'eve', level)).result).toEqual({ jdoe: 'UPDATE', eve: level });
      expect(await eve('GET', path)).toMatchObject({ code: 200, result: config });
      expect(await listed(eve)).toContain(config.name);
      expect(await eve('PUT', path, config)).toMatchObject(refused(NO_UPDATE));
    }
    await grant(path, 'eve', 'NONE');
    await grant(path, 'ABACO_WORLD', 'READ');
    expect((await eve('GET', `${path}/permissions`)).result).toEqual({
      jdoe: 'UPDATE',
      eve: 'NONE',
      ABACO_WORLD: 'READ',
    });
    await grant(path, 'eve', 'UPDATE');
    // to change it also takes UPDATE on the actor
    expect(await eve('PUT', path, { ...config, value: 'w' })).toMatchObject(
      refused(
        `Not authorized -- you do not have UPDATE access to ${actor}. ` +
          'A config can be attached only to actors that you may update.',
      ),
    );
    await grant(`/actors/${actor}`, 'eve', 'UPDATE');
    expect(await eve('PUT', path, { ...config, value: 'w' })).toMatchObject({ code: 200, result: { value: 'w' } });
    expect(await eve('DELETE', path)).toMatchObject({
      code: 200,
      message: `Actor config ${config.name} deleted successfully.`,
      result: null,
    });
    await create(jdoe, actor, { name: config.name });
    expect((await jdoe('GET', `${path}/permissions`)).result).toEqual({ jdoe: 'UPDATE' });
  });

  it('are all visible to admins of the tenant, and to no other tenant', async () => {
    const { result: config } = await create(jdoe, await register(jdoe));
    const path = `/actors/configs/${config.name}`;
    expect(await listed(root)).toContain(config.name);
    expect(await root('GET', path)).toMatchObject({ code: 200, result: config });
    const foreign = server.as('jdoe', undefined, 'SD2E');
    const foreignRoot = server.as('root', ADMIN, 'SD2E');
    expect(await listed(foreignRoot)).toEqual([]);
    const unknown = refused(`Config SD2E_${config.name} does not exist`);
    for (const [method, at] of [
      ['GET', path],
      ['PUT', path],
      ['DELETE', path],
      ['GET', `${path}/permissions`],
    ] as const) {
      const body = method === 'PUT' ? config : undefined;
      expect(await foreign(method, at, body)).toMatchObject(unknown);
      expect(await foreignRoot(method, at, body)).toMatchObject({ code: 404, result: null });
    }
    expect(await foreignRoot('DELETE', path)).toMatchObject(refused(`No config found with name: ${config.name}.`, 404));
    expect((await jdoe('GET', path)).result).toEqual(config);
  });

  it('name what exists in the tenant, and are stored as they were written', async () => {
    const [one, two] = [await register(jdoe), await register(jdoe)];
    await jdoe('POST', '/actors/aliases', { alias: 'config-alias', actor_id: two });
    for (const actors of [`${one},${two}`, ` ${one} , config-alias`]) {
      expect(await create(jdoe, actors)).toMatchObject({ code: 200, result: { actors } });
    }
    expect(await create(jdoe, `${one},nobody`)).toMatchObject(refused('No actor or alias found with id: nobody.', 404));
    expect((await create(jdoe, `${one},`)).message).toMatch(/^Could not parse the actors parameter/);
    const { result } = await create(jdoe, one);
    expect(await create(jdoe, one, { name: result.name })).toMatchObject(
      refused(`Config ${result.name} already exists; please choose another name for your config`),
    );
    const elsewhere = server.as('jdoe', undefined, 'SD2E');
    expect(await create(elsewhere, one)).toMatchObject(refused(`No actor or alias found with id: ${one}.`, 404));
  });

  it('show of a secret only what it was encrypted to, everywhere', async () => {
    const actor = await register(jdoe);
    const secret = await create(jdoe, actor, { value: 'canary', is_secret: true });
    expect(secret.result.value).toMatch(/^v1:made-[0-9a-f]{6}:[A-Za-z0-9_-]+$/);
    const path = `/actors/configs/${secret.result.name}`;
    const replaced = await jdoe<Config>('PUT', path, { ...secret.result, value: 'canary' });
    expect(replaced.result.value).not.toBe(secret.result.value);
    const answers = [secret, replaced, await jdoe('GET', path), await root('GET', '/actors/configs')];
    expect(JSON.stringify(answers)).not.toContain('canary');
    expect(await jdoe('PUT', path, { ...secret.result, value: 'canary', is_secret: false })).toMatchObject({
      result: { value: 'canary', is_secret: false },
    });
  });

  it('reach the containers of the actors that they name, by id or alias, secrets in plain, and no others', async () => {
    const [mine, other] = [await register(jdoe), await register(jdoe)];
    const alias = `alias-${mine}`;
    await jdoe('POST', '/actors/aliases', { alias, actor_id: mine });
    await jdoe('POST', '/actors/aliases', { alias: `${alias}-longer`, actor_id: other });
    const elsewhere = server.as('jdoe', undefined, 'SD2E');
    const foreign = await register(elsewhere);
    await elsewhere('POST', '/actors/aliases', { alias, actor_id: foreign });
    await create(jdoe, `${mine}, ${alias}`, { name: 'db_host', value: "it's" });
    await create(jdoe, alias, { name: 'db_pass', value: 's3cret "ü"', is_secret: true });
    await create(jdoe, other, { name: 'others', value: 'x' });
    await create(elsewhere, alias, { name: 'foreign', value: 'x' });

    const got = await variablesOf(jdoe, mine);
    expect(got['_actor_configs']).toBe(`{'db_host': "it's", 'db_pass': 's3cret "ü"'}`);
    expect(JSON.parse(got['_actor_configs_json'] ?? '')).toEqual({ db_host: "it's", db_pass: 's3cret "ü"' });
    expect((await variablesOf(elsewhere, foreign))['_actor_configs']).toBe("{'foreign': 'x'}");
    expect((await variablesOf(jdoe, other))['_actor_configs']).toBe("{'others': 'x'}");

    // whoever takes a free name does not get what its last holder had
    await jdoe('DELETE', `/actors/aliases/${alias}`);
    await jdoe('POST', '/actors/aliases', { alias, actor_id: other });
    expect((await variablesOf(jdoe, other))['_actor_configs']).toBe("{'others': 'x'}");
    expect((await variablesOf(jdoe, mine))['_actor_configs']).toBe(`{'db_host': "it's"}`);
  });

  it('can be attached to every actor where that is allowed, as the original does', async () => {
    const lax = await JwtServer.start({ web: { strict_config_actors: false } });
    const actor = await register(lax.as('jdoe'));
    expect(await create(lax.as('eve'), actor)).toMatchObject({ code: 200, result: { actors: actor } });
    await lax.close();
  });
});
