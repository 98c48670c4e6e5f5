import { request } from 'node:http';
import { EventEmitter, once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { ApiApplication } from '../../test-support/api-application.js';
import type { TakenMessage } from '../../test-support/taken-message.js';
import { ACTOR, EXECUTION } from '../../test-support/records.js';

interface Answer {
  message: string;
  result: Record<string, unknown>;
}

const NO_MESSAGE = 'message POST body could not be serialized. Pass JSON data or use the message attribute.';

describe('messages', () => {
  let api: ApiApplication;

  beforeAll(async () => {
    api = await ApiApplication.start({ web: { max_content_length: 1000 } });
  });
  afterAll(() => api.close());
  beforeEach(() => {
    api.taken.length = 0;
  });

  const send = async (
    payload: string | Buffer | undefined,
    type: string | undefined,
    query = '',
    headers: Record<string, string> = {},
  ): Promise<{ code: number; text: string; answer: Answer; taken: TakenMessage | undefined }> => {
    const response = await api.inject({
      method: 'POST',
      url: `/actors/${ACTOR}/messages${query}`,
      ...(payload === undefined ? {} : { payload }),
      headers: { ...(type === undefined ? {} : { 'content-type': type }), ...headers },
    });
    return { code: response.statusCode, text: response.body, answer: response.json(), taken: api.taken[0] };
  };

  it('answers with the execution, an echo and links', async () => {
    const { code, answer } = await send('{"message":"test execution"}', 'application/json');
    expect(code).toBe(200);
    expect(answer.message).toBe('The request was successful');
    expect(answer.result).toEqual({
      execution_id: EXECUTION,
      msg: 'test execution',
      _links: {
        self: `https://api.example.org/actors/v2/${ACTOR}/executions/${EXECUTION}`,
        owner: 'https://api.example.org/profiles/v2/anonymous',
        messages: `https://api.example.org/actors/v2/${ACTOR}/messages`,
      },
    });
  });

  describe('case A, a field `message`', () => {
    it.each([
      ['application/json', '{"message":"a b"}', '', 'a b'],
      ['application/json', '{"message":5}', '', '5'],
      ['application/json', '{"message":false}', '', 'False'],
      ['application/json', '{"message":{"a":[1.0,null,"x"]}}', '', "{'a': [1.0, None, 'x']}"],
      ['application/json', '{"message":["first","second"]}', '', 'first'],
      ['application/json', '{"message":[{"a":12345678901234567890}]}', '', "{'a': 12345678901234567890}"],
      ['application/json', '{"message":"json"}', '?message=query', 'json'],
      ['application/json', '{"other":1}', '?message=query', 'query'],
      ['application/json', '[1,2]', '?message=query', 'query'],
      ['application/x-www-form-urlencoded', 'message=a+b%26c', '', 'a b&c'],
      ['application/x-www-form-urlencoded', 'message=form', '?message=query', 'query'],
      [
        'multipart/form-data; boundary=B',
        '--B\r\nContent-Disposition: form-data; name="message"\r\n\r\nä\r\n--B--\r\n',
        '',
        'ä',
      ],
      ['application/octet-stream', 'bytes', '?message=query', 'query'],
      ['text/plain', 'text', '?message=query', 'query'],
    ])('%s %s %s', async (type, payload, query, text) => {
      const { taken, answer } = await send(payload, type, query);
      expect(taken).toMatchObject({ content: { kind: 'text', text }, contentType: 'str' });
      expect(answer.result['msg']).toBe(text);
    });

    it('needs no body', async () => {
      expect((await send(undefined, undefined, '?message=x')).taken?.content).toEqual({ kind: 'text', text: 'x' });
    });
  });

  describe('case B, bytes', () => {
    it('passes them on as a stream', async () => {
      const bytes = Buffer.from([0, 1, 2, 255]);
      const { taken, answer } = await send(bytes, 'application/octet-stream');
      expect(taken).toMatchObject({ content: { kind: 'binary', bytes }, contentType: 'application/octet-stream' });
      expect(answer.result['msg']).toBe('binary - omitted');
    });

    it('takes an empty body', async () => {
      const { code, taken } = await send(Buffer.alloc(0), 'application/octet-stream', '', { 'content-length': '0' });
      expect([code, taken?.content.kind]).toEqual([200, 'binary']);
    });

    it('refuses more than web.max_content_length', async () => {
      const { code, answer, taken } = await send(Buffer.alloc(1001), 'application/octet-stream');
      expect(code).toBe(400);
      expect(answer.message).toBe('Message exceeds max content length of: 1000');
      expect(taken).toBeUndefined();
    });
  });

  describe('cases C and D, JSON', () => {
    it.each([
      ['application/json', '{"a": 1.0,"b":12345678901234567890}', 'application/json'],
      ['application/json; charset=utf-8', '[1,2]', 'application/json'],
      ['application/vnd.api+json', '"text"', 'application/json'],
      ['application/json', '{"message":""}', 'application/json'],
      ['application/json', '{}', 'str'],
      ['application/json', '0', 'str'],
      ['text/plain', '{"a":1}', 'str'],
      ['text/html', ' 7 ', 'str'],
      [undefined, '[]', 'str'],
      ['application/octet-stream; charset=binary', '{"a":1}', 'str'],
    ])('%s %s', async (type, payload, contentType) => {
      const { taken, text } = await send(payload, type);
      expect(taken).toMatchObject({ content: { kind: 'json', text: payload }, contentType });
      expect(text).toContain(`"msg":${payload}`);
    });
  });

  it.each([
    ['application/json', '{"a"'],
    ['application/json', ''],
    ['text/plain', 'no json'],
    ['application/x-www-form-urlencoded', 'other=1'],
    ['application/x-www-form-urlencoded', 'message='],
    [undefined, undefined],
  ])('case E: refuses %s %j', async (type, payload) => {
    const { code, answer, taken } = await send(payload, type);
    expect(code).toBe(400);
    expect(answer.message).toBe(NO_MESSAGE);
    expect(taken).toBeUndefined();
  });

  it('makes every query parameter but `message` an environment variable, the first of repeated ones', async () => {
    const { taken } = await send('{"message":"m"}', 'application/json', '?A=1&A=2&x-nonce=n&_b=&__proto__=p&message=q');
    expect(Object.entries(taken?.environment ?? {})).toEqual([
      ['A', '1'],
      ['x-nonce', 'n'],
      ['_b', ''],
      ['__proto__', 'p'],
    ]);
  });

  it.each(['?=1', '?A%3DB=1', '?A=%00', '?%00=1'])('refuses the query %s', async (query) => {
    expect((await send('{"message":"m"}', 'application/json', query)).code).toBe(400);
  });

  it.each(['{"message":"a\\u0000b"}', '"a\\u0000b"'])('refuses a NUL character in %s', async (payload) => {
    const { code, answer } = await send(payload, 'application/json');
    expect(code).toBe(400);
    expect(answer.message).toMatch(/NUL character/);
  });

  it.each(['k-1', '"8e03978e-40d5-43dd-bc93-6894a57f9324"', 'a b', 'k'.repeat(255)])(
    'passes on the idempotency key %s',
    async (key) => {
      const { taken } = await send('{"message":"m"}', 'application/json', '', { 'idempotency-key': key });
      expect(taken?.idempotencyKey).toBe(key);
    },
  );

  it.each(['', 'k'.repeat(256), 'ä', 'a\tb'])('refuses the idempotency key %j', async (key) => {
    const { code, answer, taken } = await send('{"message":"m"}', 'application/json', '', { 'idempotency-key': key });
    expect([code, answer.message]).toEqual([
      400,
      'The header Idempotency-Key must be 1 to 255 characters of printable ASCII.',
    ]);
    expect(taken).toBeUndefined();
  });

  it('refuses a body over 8 MiB that is no binary message, with a way out', async () => {
    const { code, answer } = await send(JSON.stringify('x'.repeat(8 * 1024 * 1024)), 'application/json');
    expect(code).toBe(413);
    expect(answer.message).toMatch(/larger than 8388608 bytes.*application\/octet-stream/);
  });

  it('counts and purges', async () => {
    const counted = await api.inject({ url: `/actors/${ACTOR}/messages` });
    const links = {
      self: `https://api.example.org/actors/v2/${ACTOR}/messages`,
      owner: 'https://api.example.org/profiles/v2/anonymous',
    };
    expect(counted.json()).toMatchObject({
      message: 'The request was successful',
      result: { messages: 3, _links: links },
    });
    const purged = await api.inject({ method: 'DELETE', url: `/actors/${ACTOR}/messages` });
    expect(purged.json()).toMatchObject({ result: { msg: 'Actor mailbox purged.', _links: links } });
  });

  it('answers 404 for an actor that is not there', async () => {
    const response = await api.inject({ method: 'POST', url: `/actors/${EXECUTION}/messages?message=x` });
    expect(response.statusCode).toBe(404);
    expect(response.json<Answer>().message).toBe(`No actor found with id: ${EXECUTION}.`);
  });

  describe('over a socket', () => {
    let port: number;
    beforeAll(async () => {
      await api.app.listen(0, '127.0.0.1');
      ({ port } = api.app.getHttpServer().address() as AddressInfo);
    });

    it('refuses bytes of unknown length', async () => {
      const call = request({ port, method: 'POST', path: `/actors/${ACTOR}/messages`, headers: octets });
      call.write('abc'); // without a length Node sends chunks
      call.end();
      const [response] = (await once(call, 'response')) as [NodeJS.ReadableStream & { statusCode: number }];
      const chunks: Buffer[] = [];
      for await (const chunk of response) chunks.push(chunk as Buffer);
      expect(response.statusCode).toBe(400);
      expect(Buffer.concat(chunks).toString()).toContain('Content Length required for application/octet-stream.');
    });

    it('fails the stream when the client goes away', async () => {
      const { send: original } = api.commands;
      const events = new EventEmitter();
      api.commands.send = async (_caller, _actor, { content }) => {
        if (content.kind !== 'binary') throw new Error('bytes expected');
        try {
          for await (const _ of content.body) events.emit('began');
          events.emit('ended');
        } catch (error) {
          events.emit('ended', error);
          throw error;
        }
        return { execution: EXECUTION, owner: 'anonymous' };
      };
      const began = once(events, 'began');
      const ended = once(events, 'ended');
      const call = request({
        port,
        method: 'POST',
        path: `/actors/${ACTOR}/messages`,
        headers: { ...octets, 'content-length': '500' },
      });
      call.on('error', () => undefined); // we hang up ourselves
      call.write('abc');
      await began;
      call.destroy();
      expect((await ended)[0]).toMatchObject({ message: expect.any(String) as string });
      api.commands.send = original;
      await api.app.close(); // ends when all requests have ended
      expect(api.log.lines.filter(({ level }) => level === 'error')).toEqual([]);
      expect(api.log.lines.map(({ message }) => message)).toContain(
        'The client went away before its request was complete',
      );
    });
  });
});

const octets = { 'content-type': 'application/octet-stream' };
