import { type Answer, type Call, JwtServer } from './support/jwt-server.js';

describe('paging', () => {
  let server: JwtServer;
  let jdoe: Call;

  beforeAll(async () => {
    server = await JwtServer.start();
    jdoe = server.as('jdoe');
  });
  afterAll(() => server.close());

  /** All pages, following the links. */
  const pagesOf = async <R>(path: string): Promise<R[]> => {
    const pages: R[] = [];
    for (let next: string | undefined = path; next !== undefined && pages.length < 50;) {
      const { code, message, result, headers }: Answer<R> = await jdoe<R>('GET', next);
      if (code !== 200) throw new Error(message);
      pages.push(result);
      next = /^<(.*)>; rel="next"$/.exec(headers.get('link') ?? '')?.[1];
    }
    return pages;
  };

  it('goes through the actors that the caller may read, in order, each once', async () => {
    const names = Array.from({ length: 7 }, (_, index) => `actor${index}`);
    for (const name of names) {
      await jdoe('POST', '/actors', { image: 'x', name });
      await server.as('eve')('POST', '/actors', { image: 'x', name: 'hidden' });
    }
    const pages = await pagesOf<{ name: string }[]>('/actors?page_size=3');
    expect(pages.map((page) => page.length)).toEqual([3, 3, 1]);
    expect(pages.flat().map(({ name }) => name)).toEqual(names);
    expect((await jdoe<unknown[]>('GET', '/actors')).result).toHaveLength(7);
  });

  it('goes through executions, with the totals of all on every page, also by a prefix', async () => {
    const { result } = await jdoe('POST', '/actors', { image: 'x' });
    const path = `/v3/actors/${String(result['id'])}/executions`;
    await Promise.all(Array.from({ length: 10 }, () => jdoe('POST', path, { runtime: 1, cpu: 2, io: 3 })));
    const pages = await pagesOf<{ executions: { id: string }[]; total_executions: number; total_cpu: number }>(
      `${path}?page_size=4`,
    );
    expect(pages.map(({ executions }) => executions.length)).toEqual([4, 4, 2]);
    for (const page of pages) expect(page).toMatchObject({ total_executions: 10, total_cpu: 20 });
    const whole = await jdoe<{ executions: { id: string }[] }>('GET', path);
    expect(pages.flatMap(({ executions }) => executions)).toEqual(whole.result.executions);
  });

  it('goes on where it was when the list has grown', async () => {
    const { result, headers } = await jdoe<{ id: string }[]>('GET', '/actors?page_size=7');
    const next = /<(.*)>/.exec(headers.get('link') ?? '')?.[1] ?? '';
    const added = await jdoe('POST', '/actors', { image: 'x' });
    const rest = (await pagesOf<{ id: string }[]>(next)).flat().map(({ id }) => id);
    expect(rest.at(-1)).toBe(added.result['id']);
    expect(rest).not.toContain(result[0]?.id);
  });

  it.each([
    ['page_size=0', /page_size must be a number from 1 to 1000/],
    ['page_size=x', /page_size/],
    ['cursor=x', /cursor is none that this list has given/],
    [`cursor=${Buffer.from('["x",{"$gt":""}]').toString('base64url')}`, /cursor/],
    ['page_size=1&name=x', /A search has skip and limit/],
  ])('refuses %s', async (query, message) => {
    const answer = await jdoe('GET', `/actors?${query}`);
    expect([answer.code, answer.message]).toEqual([400, expect.stringMatching(message)]);
  });
});
