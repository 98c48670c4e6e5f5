import { eventually } from '../support/eventually.js';
import { buildTestImages, ECHO_IMAGE } from '../support/images.js';
import { type Call, JwtServer } from './support/jwt-server.js';

interface Found<Hit = Record<string, unknown>> {
  readonly _metadata: Record<string, number>;
  readonly search: Hit[];
}

describe.each(['snake', 'camel'] as const)('search in %s case', (letterCase) => {
  const camel = letterCase === 'camel';
  let server: JwtServer;
  let jdoe: Call;
  let eve: Call;
  let foreign: Call;
  let wordCount: string;
  let echo: string;
  let shared: string;

  const register = async (as: Call, fields: object): Promise<string> =>
    String((await as('POST', '/actors', fields)).result['id']);
  const search = async <Hit = Record<string, unknown>>(as: Call, path: string): Promise<Found<Hit>> => {
    const { code, message, result } = await as<Found<Hit>>('GET', path);
    if (code !== 200) throw new Error(`${path}: ${code} ${message}`);
    return result;
  };
  const ids = async (as: Call, path: string): Promise<string[]> =>
    (await search<{ id: string }>(as, path)).search.map(({ id }) => id);

  beforeAll(async () => {
    await buildTestImages();
    server = await JwtServer.start({ web: { case: letterCase } });
    [jdoe, eve] = [server.as('jdoe'), server.as('eve')];
    foreign = server.as('jdoe', undefined, 'OTHER');
    wordCount = await register(jdoe, {
      image: 'abacosamples/wc',
      name: 'word count',
      description: 'counts words of a text',
      hints: ['sync', 'words'],
      stateless: false,
      state: { count: 3, income: 7, name: 'x' },
    });
    echo = await register(jdoe, { image: ECHO_IMAGE, name: '0', description: 'prints its message, word by word' });
    shared = await register(eve, { image: 'abacosamples/shared', name: 'shared' });
    await register(foreign, { image: 'abacosamples/wc', name: 'word count' });
    await eve('POST', `/actors/${shared}/permissions`, { user: 'jdoe', level: 'READ' });
    await eve('POST', `/actors/${shared}/executions`, { runtime: 5, cpu: 500, io: 50 });
    for (const cpu of [10, 20, 30]) {
      await jdoe('POST', `/actors/${wordCount}/executions`, { runtime: cpu / 10, cpu, io: 1 });
    }
    const sent = await jdoe('POST', `/actors/${echo}/messages`, { message: 'find the needle' });
    const execution = String(sent.result[camel ? 'executionId' : 'execution_id']);
    const path = `/actors/${echo}/executions/${execution}`;
    await eventually('the end of the execution', async () => {
      const { result } = await jdoe('GET', path);
      return result['status'] === 'COMPLETE';
    });
    await eventually('its log', async () => {
      const { result } = await jdoe('GET', `${path}/logs`);
      return String(result['logs']).includes('needle');
    });
  });
  afterAll(() => server.close());

  it('says how much there is, and which part of it this is', async () => {
    const all = await search(jdoe, '/actors/search/actors');
    const counts = camel
      ? { totalCount: 3, countReturned: 3, recordLimit: 100, recordsSkipped: 0 }
      : { total_count: 3, count_returned: 3, record_limit: 100, records_skipped: 0 };
    expect(all._metadata).toEqual(counts);
    const page = await search<{ id: string }>(jdoe, '/actors/search/actors?skip=1&limit=1');
    expect(Object.values(page._metadata)).toEqual([3, 1, 1, 1]);
    expect(page.search.map(({ id }) => id)).toEqual([echo]);
    expect((await search(jdoe, '/actors/search/actors?limit=0')).search).toEqual([]);
  });

  it('is what collections answer that get a parameter', async () => {
    expect(await jdoe('GET', `/actors?name=word%20count`)).toMatchObject({
      message: 'Actors search completed successfully.',
      result: { search: [{ id: wordCount }] },
    });
    expect(await jdoe('GET', `/actors/${wordCount}/executions?cpu.gt=10`)).toMatchObject({
      message: 'Executions search completed successfully.',
      result: { search: [{ cpu: 20 }, { cpu: 30 }] },
    });
    expect((await jdoe('GET', `/actors/${echo}/workers?limit=5`)).message).toBe(
      'Workers search completed successfully.',
    );
    const { result } = await jdoe<{ executions: { id: string }[] }>('GET', `/actors/${echo}/executions`);
    expect(await jdoe('GET', `/actors/${echo}/executions/${result.executions[0]?.id}/logs?limit=1`)).toMatchObject({
      message: 'Log search completed successfully.',
      result: { search: [{ logs: expect.stringContaining('needle') as string }] },
    });
  });

  it('works by an alias', async () => {
    await jdoe('POST', '/actors/aliases', { alias: 'counter', [camel ? 'actorId' : 'actor_id']: wordCount });
    expect((await search(jdoe, '/actors/counter/executions?limit=10')).search).toHaveLength(3);
  });

  it.each([
    ['name=word count', () => [wordCount]],
    ['name.neq=word count', () => [echo, shared]],
    ['name=0', () => [echo]],
    ['image.like=^abacosamples/', () => [wordCount, shared]],
    ['image.nlike=wc$', () => [echo, shared]],
    ['name.in=["shared", "0"]', () => [echo, shared]],
    ['name.nin=["shared", "0"]', () => [wordCount]],
    ['hints=sync', () => [wordCount]],
    ['stateless=false', () => [wordCount]],
    ['token=false', () => [wordCount, echo, shared]],
    ['state.count=3', () => [wordCount]],
    ['state.income.between=6,8', () => [wordCount]],
    ['state.count.gt=3', () => []],
    ['create_time.gt=2000-05:00', () => [wordCount, echo, shared]],
    ['create_time.lt=2000-01-01', () => []],
    ['create_time.between=2000-01-01T01:00,2200-12-30T23:59:59.999Z', () => [wordCount, echo, shared]],
    ['owner=jdoe&name.neq=0', () => [wordCount]],
    ['exactsearch=abacosamples/wc', () => [wordCount]],
    ['exactsearch=COUNTS WORDS', () => [wordCount]],
    ['exactsearch=nonsense-xyzzy', () => []],
  ])('finds actors by %s', async (query, expected) => {
    const encoded = query.replaceAll('%', '%25').replaceAll(' ', '%20').replaceAll('+', '%2B');
    expect(await ids(jdoe, `/actors/search/actors?${encoded}`)).toEqual(expected());
  });

  it('ranks what matches better before the rest, and hides nothing', async () => {
    expect((await ids(jdoe, '/actors/search/actors?search=shared'))[0]).toBe(shared);
    const byWord = await ids(jdoe, '/actors/search/actors?search=counts%20words');
    expect(byWord[0]).toBe(wordCount);
    expect(byWord).toHaveLength(3);
    expect((await ids(jdoe, '/actors/search/actors?search=prints%20word'))[0]).toBe(echo);
  });

  it('finds executions by statistics, times and final state', async () => {
    const cpus = async (query: string) =>
      (await search<{ cpu: number }>(jdoe, `/actors/search/executions?${query}`)).search.map(({ cpu }) => cpu);
    expect(await cpus('cpu.between=10,20')).toEqual([10, 20]);
    expect(await cpus('runtime=5')).toEqual([500]);
    expect(await cpus(`actor_id=${wordCount}&cpu.gte=20`)).toEqual([20, 30]);
    const found = await search(jdoe, '/actors/search/executions?final_state.StartedAt.gt=2000&final_state.ExitCode=0');
    expect(found.search).toHaveLength(1);
    const [hit] = found.search;
    expect(Object.keys(hit ?? {}).sort()).toEqual(
      camel
        ? ['_links', 'actorId', 'cpu', 'executor', 'exitCode', 'finalState', 'finishTime', 'id', 'imageDigest', 'io', 'messageReceivedTime', 'runtime', 'startTime', 'status', 'workerId']
        : ['_links', 'actor_id', 'cpu', 'executor', 'exit_code', 'final_state', 'finish_time', 'id', 'image_digest', 'io', 'message_received_time', 'runtime', 'start_time', 'status', 'worker_id'], // prettier-ignore
    );
    expect(hit).toMatchObject({
      [camel ? 'actorId' : 'actor_id']: echo,
      _links: { logs: `https://api.example.org/actors/v2/${echo}/executions/${String(hit?.['id'])}/logs` },
    });
  });

  it('finds logs by phrase, and shows nothing of them but text and links', async () => {
    const { search: hits } = await search(jdoe, '/actors/search/logs?exactsearch=the%20needle');
    expect(hits).toEqual([
      {
        logs: expect.stringContaining('find the needle') as string,
        _links: {
          self: expect.stringMatching(/\/logs$/) as string,
          owner: 'https://api.example.org/profiles/v2/jdoe',
          execution: expect.stringContaining(`/${echo}/executions/`) as string,
        },
      },
    ]);
    expect((await search(jdoe, '/actors/search/logs?logs.like=ne%2Bdle')).search).toHaveLength(1);
    expect((await search(jdoe, '/actors/search/logs?exactsearch=haystack')).search).toEqual([]);
  });

  it('finds workers, with their actor and without the tenant', async () => {
    const { search: hits } = await search(jdoe, `/actors/search/workers?host_id.like=.&image.like=.`);
    expect(hits).toHaveLength(1);
    expect(hits[0]).toMatchObject({ [camel ? 'actorId' : 'actor_id']: echo });
    expect(hits[0]).not.toHaveProperty('tenant');
  });

  it('shows actors with the members that have no value', async () => {
    const [hit] = (await search(jdoe, `/actors/search/actors?id=${echo}`)).search;
    expect(hit).toMatchObject({ gid: null, hints: [], link: '', mounts: [], name: '0', privileged: false });
    expect(hit).toHaveProperty(camel ? 'maxWorkers' : 'max_workers', null);
    for (const name of ['_id', 'permissions', 'api_server', 'apiServer', 'tenant'])
      expect(hit).not.toHaveProperty(name);
  });

  describe('of those who may read', () => {
    it('others see what is shared with them, at least with READ', async () => {
      expect(await ids(eve, '/actors/search/actors')).toEqual([shared]);
      expect((await search(eve, '/actors/search/executions')).search).toHaveLength(1);
      await jdoe('POST', `/actors/${wordCount}/permissions`, { user: 'eve', level: 'NONE' });
      expect(await ids(eve, '/actors/search/actors')).toEqual([shared]);
      await jdoe('POST', `/actors/${wordCount}/permissions`, { user: 'ABACO_WORLD', level: 'READ' });
      expect(await ids(eve, '/actors/search/actors')).toEqual([wordCount, shared]);
      expect((await search(eve, '/actors/search/executions')).search).toHaveLength(4);
      expect((await search(eve, '/actors/search/logs')).search).toEqual([]);
    });

    it('admins see their tenant, and nobody sees another', async () => {
      const root = server.as('root', 'Internal/abaco-admin');
      expect(await ids(root, '/actors/search/actors')).toEqual([wordCount, echo, shared]);
      expect(await ids(foreign, '/actors/search/actors')).toHaveLength(1);
      expect((await search(foreign, '/actors/search/executions')).search).toEqual([]);
      const away = server.as('root', 'Internal/abaco-admin', 'OTHER');
      expect((await search(away, '/actors/search/logs')).search).toEqual([]);
      expect((await search(away, `/actors/search/executions?actor_id=DEV-DEVELOP_${wordCount}`)).search).toEqual([]);
    });
  });

  it.each([
    ['/actors/search/users', /^Inputted search_type is invalid, must be one of \['executions', /],
    ['/actors/search/actors?limit=x', /^Inputted "limit" paramater must be an int\. Received: x$/],
    ['/actors/search/actors?permissions.user=eve', /no such field to search by/],
    ['/actors/search/executions?environment.value=x', /no such field to search by/],
    ['/actors?name.like=(', /no regular expression of RE2/],
  ])('refuses %s', async (path, message) => {
    const answer = await jdoe('GET', path);
    expect([answer.code, answer.status]).toEqual([400, 'error']);
    expect(answer.message).toMatch(message);
  });
});
