import { JwtServer } from './support/jwt-server.js';

describe('entity tags', () => {
  let server: JwtServer;
  let path: string;

  beforeAll(async () => {
    server = await JwtServer.start();
  });
  afterAll(() => server.close());
  beforeEach(async () => {
    const { result } = await server.as('jdoe')('POST', '/actors', { image: 'x', stateless: false });
    path = `/actors/${String(result['id'])}`;
  });

  const call = async (method: string, at: string, headers: Record<string, string> = {}, body?: object) => {
    const response = await fetch(server.url + at, {
      method,
      headers: {
        ...server.headersOf('jdoe'),
        ...headers,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { code: response.status, tag: response.headers.get('etag') ?? '', text };
  };
  const description = { image: 'x', stateless: false };

  it.each(['', '/state'])('spare a client what it has of %s', async (rest) => {
    const { tag } = await call('GET', path + rest);
    expect(tag).toMatch(/^"1-[\w-]{16}"$/);
    for (const known of [tag, `W/${tag}`, `"other", ${tag}`, '*']) {
      expect(await call('GET', path + rest, { 'if-none-match': known })).toEqual({ code: 304, tag, text: '' });
    }
    expect((await call('GET', path + rest, { 'if-none-match': '"1-other"' })).code).toBe(200);
  });

  it('change with everything that is shown', async () => {
    const first = (await call('GET', path)).tag;
    await call('PUT', path, {}, { ...description, description: 'new' });
    const second = (await call('GET', path)).tag;
    await call('POST', `${path}/state`, {}, { a: 1 });
    const third = (await call('GET', path)).tag;
    expect(new Set([first, second, third]).size).toBe(3);
    expect((await call('GET', path, { 'if-none-match': second })).code).toBe(200);
  });

  it('keep the second of two writers from undoing what the first has done', async () => {
    const { tag } = await call('GET', path);
    const first = await call('PUT', path, { 'if-match': tag }, { ...description, description: 'first' });
    expect(first.code).toBe(200);
    const second = await call('PUT', path, { 'if-match': tag }, { ...description, description: 'second' });
    expect(second.code).toBe(412);
    expect(second.text).toContain('has been changed since');
    expect((await call('GET', path)).text).toContain('"description":"first"');
    expect((await call('PUT', path, { 'if-match': first.tag }, description)).code).toBe(200);
  });

  it('let one of many writers through', async () => {
    const { tag } = await call('GET', `${path}/state`);
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, writer) => call('POST', `${path}/state`, { 'if-match': tag }, { writer })),
    );
    expect(answers.filter(({ code }) => code === 200)).toHaveLength(1);
    expect(answers.filter(({ code }) => code === 412)).toHaveLength(9);
  });

  it('of the state are good for the actor too, and the other way round', async () => {
    const ofState = (await call('GET', `${path}/state`)).tag;
    const updated = await call('PUT', path, { 'if-match': ofState }, description);
    expect(updated.code).toBe(200);
    expect((await call('POST', `${path}/state`, { 'if-match': updated.tag }, { a: 1 })).code).toBe(200);
  });

  it('are compared strongly where something is changed', async () => {
    const { tag } = await call('GET', path);
    for (const wrong of [`W/${tag}`, '"other"', '"7-x"']) {
      expect((await call('DELETE', path, { 'if-match': wrong })).code).toBe(412);
      expect((await call('POST', `${path}/state`, { 'if-match': wrong }, { a: 1 })).code).toBe(412);
    }
    expect((await call('PUT', path, { 'if-match': '*' }, description)).code).toBe(200);
    expect((await call('PUT', path, { 'if-match': 'no quotes' }, description)).text).toContain('If-Match is malformed');
    expect((await call('DELETE', path, { 'if-match': `"x", ${(await call('GET', path)).tag}` })).code).toBe(200);
    expect((await call('GET', path)).code).toBeGreaterThanOrEqual(400);
  });

  it('do not hide that a stateless actor has no state to write', async () => {
    const { result } = await server.as('jdoe')('POST', '/actors', { image: 'x' });
    const answer = await call('POST', `/actors/${String(result['id'])}/state`, { 'if-match': '*' }, { a: 1 });
    expect([answer.code, answer.text]).toEqual([404, expect.stringContaining('actor is stateless.')]);
  });
});
