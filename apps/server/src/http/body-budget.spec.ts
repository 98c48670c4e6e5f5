import { PassThrough } from 'node:stream';
import { BodyBudget, bufferedBytesOf } from './body-budget.js';
import { ApiApplication } from '../../test-support/api-application.js';
import { testKey } from '../../../../libs/access/test-support/tokens.js';
import { ACTOR } from '../../test-support/records.js';

const MEBIBYTE = 1024 * 1024;

describe('the room for request bodies', () => {
  it('is given back once', () => {
    const budget = new BodyBudget(10);
    const [first, second] = [budget.take(6, 'DEV'), budget.take(4, 'DEV')];
    expect(second).toBeDefined();
    expect(budget.take(1, 'OTHER')).toBeUndefined();
    first?.();
    first?.();
    expect(budget.take(7, 'DEV')).toBeUndefined();
    expect(budget.take(6, 'DEV')).toBeDefined();
  });

  it("is only half a tenant's, and half that of all whose tenant is not known", () => {
    const budget = new BodyBudget(32 * MEBIBYTE);
    for (const tenant of ['DEV', undefined]) {
      const taken = [budget.take(8 * MEBIBYTE, tenant), budget.take(8 * MEBIBYTE, tenant)];
      expect(budget.take(1, tenant)).toBeUndefined();
      if (tenant) taken[0]?.();
    }
    expect(budget.take(8 * MEBIBYTE, 'OTHER')).toBeDefined();
    expect(budget.take(1, 'OTHER')).toBeUndefined();
  });

  it.each([
    [{}, 0],
    [{ 'content-length': '0' }, 0],
    [{ 'content-length': '17' }, 17],
    [{ 'content-length': '99999999999' }, 8 * MEBIBYTE],
    [{ 'transfer-encoding': 'chunked' }, 8 * MEBIBYTE],
  ])('that a request with %j takes is %d bytes', (headers, bytes) => {
    expect(bufferedBytesOf({ method: 'POST', headers })).toBe(bytes);
  });
});

describe('a body of somebody without valid credentials', () => {
  let api: ApiApplication;
  beforeAll(async () => {
    api = await ApiApplication.start({ web: { access_control: 'jwt', apim_public_key: testKey().der } });
  });
  afterAll(() => api.close());

  it.each([
    ['no token', {}],
    ['a token that is none', { 'x-jwt-assertion-DEV': 'x.y.z' }],
  ])('is refused before it is read: %s', async (_, headers) => {
    const unfinished = new PassThrough(); // never ends: who waits for the whole body waits for ever
    const answer = await api.inject({
      method: 'POST',
      url: `/actors/${ACTOR}/messages`,
      headers: { ...headers, 'content-type': 'application/json', 'content-length': '100' },
      payload: unfinished,
    });
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({ status: 'error', result: null });
    unfinished.destroy();
  });
});

describe('a server with room for one large body', () => {
  let api: ApiApplication;
  beforeAll(async () => {
    api = await ApiApplication.start({ web: { max_buffered_bytes: 8 * MEBIBYTE } });
  });
  afterAll(() => api.close());

  const sendBody = (type: string, payload: Buffer | PassThrough, length: number) =>
    api.inject({
      method: 'POST',
      url: `/actors/${ACTOR}/messages`,
      headers: { 'content-type': type, 'content-length': String(length) },
      payload,
    });
  const send = (type: string, bytes: number) => sendBody(type, Buffer.alloc(bytes, '1'), bytes);

  it('refuses a second one meanwhile with 503 and Retry-After, and takes binary messages, which it does not hold', async () => {
    const unfinished = new PassThrough();
    const slow = sendBody('application/json', unfinished, 8 * MEBIBYTE - 10);
    while ((await send('application/json', 11)).statusCode !== 503); // until it has reached the server
    const refused = await send('application/json', 11);
    expect(refused.headers['retry-after']).toBe('5');
    expect(refused.json<{ message: string }>().message).toBe(
      'The server holds as many request bodies as it may (web.max_buffered_bytes). Try again later, or send a large message as ' +
        'binary, with "Content-Type: application/octet-stream".',
    );
    expect((await send('application/json', 10)).statusCode).toBe(200);
    expect((await send('application/octet-stream', MEBIBYTE)).statusCode).toBe(200);
    expect((await api.inject({ url: `/actors/${ACTOR}` })).statusCode).toBe(200);
    unfinished.end(Buffer.alloc(8 * MEBIBYTE - 10, '1'));
    expect((await slow).statusCode).toBe(200);
    expect((await send('application/json', MEBIBYTE)).statusCode).toBe(200);
  });

  it('takes one after the other', async () => {
    for (let message = 0; message < 5; message++) expect((await send('text/plain', 3 * MEBIBYTE)).statusCode).toBe(200);
  });
});
