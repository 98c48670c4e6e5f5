import { type Call, JwtServer } from './support/jwt-server.js';
import { grant, NO_ACTOR_ACCESS, type Nonce, refused, register } from './support/shared-actors.js';

describe('nonces', () => {
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
