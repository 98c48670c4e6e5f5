import { ActorNotFound, type ActorDescription } from '@abaco/runtime';
import { ACTOR_DEFAULTS } from '../../test-support/actor-defaults.js';
import { ApiApplication } from '../../test-support/api-application.js';
import { ACTOR } from '../../test-support/records.js';

interface Answer {
  message: string;
  status: string;
  result: Record<string, unknown>;
}

const REJECTED = 'Invalid actor description: Unable to process the JSON description.: 400 Bad Request: ';

describe('actors', () => {
  let api: ApiApplication;
  let described: ActorDescription | undefined;

  beforeAll(async () => {
    api = await ApiApplication.start({ spawner: { host_queues: ['default', 'special'] } });
    const { register } = api.commands;
    api.commands.register = (caller, description) => {
      described = description;
      return register(caller, description);
    };
  });
  afterAll(() => api.close());
  beforeEach(() => {
    described = undefined;
  });

  const register = async (payload: object | string, url = '/actors', type = 'application/json') => {
    const response = await api.inject({ method: 'POST', url, payload, headers: { 'content-type': type } });
    return response.json<Answer>();
  };

  it('registers an actor from its image alone, with the defaults of the contract', async () => {
    const answer = await register({ image: 'abacosamples/wc' });
    expect(answer).toMatchObject({ status: 'success', message: 'Actor created successfully.' });
    expect(described).toEqual({
      ...ACTOR_DEFAULTS,
      image: 'abacosamples/wc',
      name: null,
      cron_on: false,
      state: {},
    });
    expect(answer.result).toEqual({
      ...ACTOR_DEFAULTS,
      id: ACTOR,
      name: null,
      image: 'abacosamples/wc',
      owner: 'anonymous',
      revision: 1,
      status: 'SUBMITTED',
      status_message: null,
      state: {},
      uid: null,
      gid: null,
      tasdir: null,
      mounts: [],
      cron_on: false,
      cron_schedule: null,
      cron_next_ex: null,
      create_time: '2020-05-01T14:45:41.591Z',
      last_update_time: '2020-05-01T14:45:41.591Z',
      _links: {
        self: `https://api.example.org/actors/v2/${ACTOR}`,
        owner: 'https://api.example.org/profiles/v2/anonymous',
        executions: `https://api.example.org/actors/v2/${ACTOR}/executions`,
      },
    });
  });

  it('takes every field, converting by its type', async () => {
    await register({
      image: 'i',
      name: 7,
      description: { a: 1.0 },
      stateless: 'TRUE',
      token: '1',
      hints: ['sync', 2],
      default_environment: { A: 'b', n: 1 },
      privileged: true,
      max_workers: '3',
      mem_limit: '512m',
      max_cpus: 1000000000,
      queue: 'special',
      use_container_uid: '0',
      network: 'NONE',
      use_init: 'true',
      message_format: 'json',
      max_run_time: '60',
      log_ex: '16000',
      state: { count: 1 },
      unknown: 'ignored',
      status: 'ERROR',
    });
    expect(described).toMatchObject({
      name: '7',
      description: "{'a': 1}",
      stateless: true,
      token: true,
      hints: ['sync', '2'],
      default_environment: { A: 'b', n: 1 },
      privileged: true,
      max_workers: 3,
      mem_limit: '512m',
      max_cpus: 1000000000,
      queue: 'special',
      use_container_uid: false,
      network: 'none',
      use_init: true,
      message_format: 'json',
      max_run_time: 60,
      log_ex: 16000,
      state: { count: 1 },
    });
    expect(described).not.toHaveProperty('status');
  });

  it('reads JSON first, then the query, then a form', async () => {
    await register({ image: 'json' }, '/actors?image=query&name=query');
    expect(described).toMatchObject({ image: 'json', name: 'query' });
    await register('image=form&name=form&hints=a&hints=b', '/actors?image=query', 'application/x-www-form-urlencoded');
    expect(described).toMatchObject({ image: 'query', name: 'form', hints: ['a', 'b'] });
  });

  it('reads a multipart form and leaves files out', async () => {
    const part = (name: string, value: string) =>
      `--B\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
    const file = '--B\r\nContent-Disposition: form-data; name="name"; filename="f"\r\n\r\nfile\r\n';
    await register(
      `${file}${part('image', 'a+b c')}${part('hints', 'x')}--B--\r\n`,
      '/actors',
      'multipart/form-data; boundary=B',
    );
    expect(described).toMatchObject({ image: 'a+b c', name: null, hints: ['x'] });
  });

  it('takes the first element of a JSON list for a field that is none, and null as not given', async () => {
    await register({ image: ['first', 'second'], name: null, stateless: null, hints: null });
    expect(described).toMatchObject({ image: 'first', name: null, stateless: true, hints: [] });
  });

  it.each([
    [{}, 'image', 'Reference to image on docker hub for this actor.'],
    [{ image: null }, 'image', 'Reference to image on docker hub for this actor.'],
    [{ image: 'i', stateless: 'yes' }, 'stateless', 'Whether the actor stores private state.'],
    [{ image: 'i', token: '' }, 'token', 'Whether this actor requires an OAuth access token.'],
    [{ image: 'i', privileged: 1 }, 'privileged', 'Whether this actor runs in privileged mode.'],
    [{ image: 'i', max_workers: 'two' }, 'max_workers', 'How many workers this actor is allowed at the same time.'],
    [{ image: 'i', max_workers: 0 }, 'max_workers', 'How many workers this actor is allowed at the same time.'],
    [
      { image: 'i', max_cpus: 1.5 },
      'max_cpus',
      'Maximum number of CPUs (nanoCPUs) this actor will have available to it.',
    ],
    [
      { image: 'i', use_container_uid: 'x' },
      'use_container_uid',
      'Whether this actor runs as the UID set in the container image.',
    ],
    [
      { image: 'i', default_environment: 'A=b' },
      'default_environment',
      'A dictionary of default environmental variables and values.',
    ],
    [{ image: 'i', state: 5 }, 'state', 'Current state for this actor.'],
    [{ image: 'i', network: 'lan' }, 'network', "Network of this actor's containers: 'bridge', 'none' or 'host'."],
    [{ image: 'i', use_init: 'x' }, 'use_init', "Whether an init is process 1 of this actor's containers."],
    [
      { image: 'i', message_format: 'xml' },
      'message_format',
      "How JSON is handed to this actor's containers: 'python' or 'json'.",
    ],
    [{ image: 'i', max_run_time: 0 }, 'max_run_time', 'Seconds that an execution of this actor may run.'],
    [{ image: 'i', max_run_time: 2_147_484 }, 'max_run_time', 'Seconds that an execution of this actor may run.'],
    [{ image: 'i', log_ex: -1 }, 'log_ex', 'Amount of time, in seconds, after which logs will expire'],
    [{ image: 'i', log_ex: 0 }, 'log_ex', 'Amount of time, in seconds, after which logs will expire'],
    [{ image: 'i', log_ex: '1d' }, 'log_ex', 'Amount of time, in seconds, after which logs will expire'],
  ])('refuses %j', async (payload, field, text) => {
    const answer = await register(payload);
    const quote = text.includes("'") ? '"' : "'";
    expect(answer.message).toBe(`Invalid actor description: {'${field}': ${quote}${text}${quote}}`);
    expect(answer).toMatchObject({ status: 'error', result: null });
    expect(described).toBeUndefined();
  });

  it.each([
    [{ image: 'i', queue: 'none' }, `${REJECTED}Invalid queue name.`],
    [
      { image: 'i', hints: ['ok', 'a]b'] },
      `${REJECTED}Hints must be simple stings or numbers, no lists or dicts. Error character: ]`,
    ],
    [
      { image: 'i', mem_limit: 'lots' },
      'Invalid actor description: mem_limit: "lots" is no memory limit. Give bytes, or a number with k, m or g such as 512m, or -1.',
    ],
    [
      { image: 'i', max_cpus: 2 },
      "Invalid actor description: {'max_cpus': 'Maximum number of CPUs (nanoCPUs) this actor will have available to it.'}",
    ],
    [
      { image: 'i', stateless: false, max_workers: 2 },
      'Invalid actor description: stateful actors can only have 1 worker.',
    ],
    [
      { image: 'i', link: 'nobody' },
      'Invalid link parameter; unable to retrieve linked actor data. The link must be a valid actor id or alias for which you have EXECUTE permission. ',
    ],
  ])('refuses %j', async (payload, message) => {
    expect((await register(payload)).message).toBe(message);
    expect(described).toBeUndefined();
  });

  it.each([
    ['{"image": ', new RegExp(`^${REJECTED.replace('.:', '\\.:')}`)],
    [JSON.stringify({ image: 'i', name: 'a\0b' }), /field "name" contains a NUL character/],
    [JSON.stringify({ image: 'i', default_environment: { 'A=B': 1 } }), /default_environment has a variable "A=B"/],
    [JSON.stringify({ image: 'i', name: 'n'.repeat(131_072) }), /name is too long: .* it takes 131091 bytes/],
    [
      JSON.stringify({ image: 'i', default_environment: { LONG: 'x'.repeat(131_072) } }),
      /default_environment is too large: a variable takes 131078 bytes and can take 131072 with its name. It is "LONG"/,
    ],
    [
      JSON.stringify({
        image: 'i',
        default_environment: Object.fromEntries([1, 2, 3, 4, 5].map((n) => [`N${n}`, 'x'.repeat(110_000)])),
      }),
      /default_environment is too large: it takes 550060 bytes and can take 524288/,
    ],
    [`{"image":"i","state":{"a":${'['.repeat(95)}${']'.repeat(95)}}}`, /'state'/],
  ])('refuses %s', async (payload, message) => {
    expect((await register(payload)).message).toMatch(message);
    expect(described).toBeUndefined();
  });

  it('takes a link to an actor of the tenant', async () => {
    await register({ image: 'i', link: ACTOR });
    expect(described).toMatchObject({ link: ACTOR });
  });

  it('lists actors without tenant, dbid and api server', async () => {
    const response = await api.inject({ url: '/actors' });
    const { message, result } = response.json<{ message: string; result: object[] }>();
    expect(message).toBe('Actors retrieved successfully.');
    expect(result).toHaveLength(1);
    for (const hidden of ['tenant', '_id', 'db_id', 'api_server', 'executions'])
      expect(result[0]).not.toHaveProperty(hidden);
  });

  it('answers 404 in its own words when there is no such actor', async () => {
    const response = await api.inject({ url: '/actors/JN0Boakk0VzKX' });
    expect(response.statusCode).toBe(404);
    expect(response.json<Answer>().message).toBe('No actor found with identifier: JN0Boakk0VzKX.');
  });

  it('deletes, and says when workers are still going', async () => {
    const remove = async () => (await api.inject({ method: 'DELETE', url: `/actors/${ACTOR}` })).json<Answer>();
    expect(await remove()).toMatchObject({ message: 'Actor deleted successfully.', result: null });
    const { delete: original } = api.commands;
    api.commands.delete = () => Promise.resolve({ complete: false });
    expect((await remove()).message).toBe(
      "Actor deleted successfully, though Abaco is still cleaning up some of the actor's resources.",
    );
    api.commands.delete = () => Promise.reject(new ActorNotFound(ACTOR));
    expect((await remove()).message).toBe('Actor deleted successfully.');
    api.commands.delete = original;
  });

  it('acts in the tenant of the header', async () => {
    const response = await api.inject({
      method: 'POST',
      url: '/actors',
      headers: { tenant: 'DEV-DEVELOP' },
      payload: { image: 'i' },
    });
    expect(response.statusCode).toBe(200);
    let tenant: string | undefined;
    const { listActors } = api.queries;
    api.queries.listActors = (caller) => {
      tenant = caller.tenant;
      return Promise.resolve([]);
    };
    await api.inject({ url: '/actors', headers: { tenant: 'DEV-DEVELOP' } });
    api.queries.listActors = listActors;
    expect(tenant).toBe('DEV-DEVELOP');
  });
});
