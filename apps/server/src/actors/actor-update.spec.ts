import { ActorIsStateful, ActorNotFound, type ActorUpdate } from '@abaco/runtime';
import { ACTOR_DEFAULTS } from '../../test-support/actor-defaults.js';
import { ApiApplication } from '../../test-support/api-application.js';
import { ACTOR, actorRecord, aliasRecord } from '../../test-support/records.js';

interface Answer {
  message: string;
  status: string;
  result: Record<string, unknown>;
}

const OTHER = 'JN0Boakk0VzKX';
const REJECTED = 'Invalid actor description: Unable to process the JSON description.: 400 Bad Request: ';

describe('updating an actor', () => {
  let api: ApiApplication;
  let update: ActorUpdate | undefined;

  beforeAll(async () => {
    api = await ApiApplication.start({ spawner: { host_queues: ['default', 'special'] } });
    const original = api.commands.update;
    api.commands.update = (caller, actor, given) => {
      update = given;
      return original(caller, actor, given);
    };
  });
  afterAll(() => api.close());
  beforeEach(() => {
    update = undefined;
  });

  const put = async (payload: object | string, url = `/actors/${ACTOR}`, type = 'application/json') => {
    const response = await api.inject({ method: 'PUT', url, payload, headers: { 'content-type': type } });
    return { code: response.statusCode, ...response.json<Answer>() };
  };

  it('replaces everything that is not sent by its default, but neither name nor state', async () => {
    const answer = await put({ image: 'new', name: 'other', owner: 'x', status: 'READY', revision: 9 });
    expect(answer).toMatchObject({ code: 200, status: 'success', message: 'Actor updated successfully.' });
    expect(answer.result).toMatchObject({ id: ACTOR, image: 'new' });
    expect(update).toEqual({ ...ACTOR_DEFAULTS, image: 'new', force: false });
  });

  it('takes fields from JSON, query and forms', async () => {
    await put({ image: 'json', stateless: false, state: { n: 1 } }, `/actors/${ACTOR}?image=query&description=d`);
    expect(update).toMatchObject({ image: 'json', description: 'd', stateless: false, state: { n: 1 } });
    await put('image=form&hints=a&hints=b', `/actors/${ACTOR}`, 'application/x-www-form-urlencoded');
    expect(update).toMatchObject({ image: 'form', hints: ['a', 'b'] });
  });

  it.each([
    [true, true],
    ['true', true],
    ['1', true],
    ['yes', true],
    [1, true],
    [false, false],
    ['False', false],
    ['0', false],
    ['', false],
    [null, false],
    [0, false],
  ])('understands %j as force: %s', async (force, expected) => {
    await put({ image: 'i', force });
    expect(update?.force).toBe(expected);
  });

  it.each([
    [{}, "Invalid actor description: {'image': 'Reference to image on docker hub for this actor.'}"],
    [
      { image: 'i', stateless: 'no' },
      "Invalid actor description: {'stateless': 'Whether the actor stores private state.'}",
    ],
    [
      { image: 'i', stateless: false, max_workers: 2 },
      'Invalid actor description: stateful actors can only have 1 worker.',
    ],
    [{ image: 'i', queue: 'none' }, `${REJECTED}Invalid queue name.`],
    [
      { image: 'i', hints: ['{'] },
      `${REJECTED}Hints must be simple stings or numbers, no lists or dicts. Error character: {`,
    ],
    [
      { image: 'i', link: 'nobody' },
      'Invalid link parameter; unable to retrieve linked actor data. The link must be a valid actor id or alias for which you have EXECUTE permission. ',
    ],
    [{ image: 'i', link: ACTOR }, 'Invalid link parameter. An actor cannot link to itself.'],
  ])('refuses %j', async (payload, message) => {
    expect(await put(payload)).toMatchObject({ code: 400, status: 'error', message, result: null });
    expect(update).toBeUndefined();
  });

  it('takes the alias of another actor as a link, and no alias of its own', async () => {
    const { find } = api.aliases;
    api.aliases.find = (_tenant, alias) => Promise.resolve(aliasRecord({ alias, actor_id: OTHER as never }));
    const { actor } = api.queries;
    api.queries.actor = (_caller, id) => Promise.resolve(actorRecord({ id }));
    expect(await put({ image: 'i', link: 'listener' })).toMatchObject({ code: 200 });
    expect(update).toMatchObject({ link: 'listener' });
    api.aliases.find = (_tenant, alias) => Promise.resolve(aliasRecord({ alias, actor_id: ACTOR }));
    expect(await put({ image: 'i', link: 'myself' })).toMatchObject({
      code: 400,
      message: 'Invalid link parameter. An actor cannot link to itself.',
    });
    api.aliases.find = find;
    api.queries.actor = actor;
  });

  it('refuses a link that would close a circle', async () => {
    const { actor, linksTo } = api.queries;
    api.queries.actor = () => Promise.resolve(actorRecord({ id: OTHER as never }));
    api.queries.linksTo = (_caller, from, target) => Promise.resolve(from === OTHER && target === ACTOR);
    expect(await put({ image: 'i', link: OTHER })).toMatchObject({
      code: 400,
      message: 'Error: this update would result in a cycle of linked actors.',
    });
    api.queries.linksTo = () => Promise.resolve(false);
    expect((await put({ image: 'i', link: OTHER })).code).toBe(200);
    Object.assign(api.queries, { actor, linksTo });
  });

  it('refuses to make a stateful actor stateless', async () => {
    const { update: original } = api.commands;
    api.commands.update = (_caller, actor) => Promise.reject(new ActorIsStateful(actor));
    expect(await put({ image: 'i' })).toMatchObject({
      code: 400,
      message: 'Invalid actor description: an actor that was not stateless cannot be updated to be stateless.',
    });
    api.commands.update = original;
  });

  it('answers 404 when there is no such actor, whatever is sent, and when it is gone in between', async () => {
    expect(await put({}, `/actors/${OTHER}`)).toMatchObject({
      code: 404,
      message: `No actor found with id: ${OTHER}.`,
    });
    const { update: original } = api.commands;
    api.commands.update = (_caller, actor) => Promise.reject(new ActorNotFound(actor));
    expect((await put({ image: 'i' })).code).toBe(404);
    api.commands.update = original;
  });

  it('is not offered on the collection', async () => {
    expect((await put({ image: 'i' }, '/actors')).code).toBe(405);
  });

  it('takes and shows camel names when told to', async () => {
    const camel = await ApiApplication.start({ web: { case: 'camel' } });
    let given: ActorUpdate | undefined;
    const { update: original } = camel.commands;
    camel.commands.update = (caller, actor, changes) => {
      given = changes;
      return original(caller, actor, changes);
    };
    const response = await camel.inject({
      method: 'PUT',
      url: `/actors/${ACTOR}`,
      payload: { image: 'i', maxWorkers: 2, mem_limit: '1g', force: true },
    });
    await camel.close();
    expect(given).toMatchObject({ max_workers: 2, mem_limit: null, force: true });
    expect(response.json<Answer>().result).toMatchObject({ maxWorkers: 2, revision: 2 });
    expect(response.json<Answer>().result).not.toHaveProperty('memLimit');
  });
});
