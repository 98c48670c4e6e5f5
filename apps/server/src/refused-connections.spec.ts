import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { ApiApplication } from '../test-support/api-application.js';

describe('what is no request', () => {
  let api: ApiApplication;
  beforeAll(async () => {
    api = await ApiApplication.start();
    await api.app.listen(0, '127.0.0.1');
  });
  afterAll(() => api.close());

  it.each([
    [400, 'NONSENSE\r\n\r\n', 'this is not HTTP/1.1.'],
    [
      431,
      `GET /actors HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`,
      'the URL or the headers are too long.',
    ],
  ])('is answered %i with an envelope that scripts of every origin may read', async (status, sent, reason) => {
    const { port } = api.app.getHttpServer().address() as AddressInfo;
    const socket = connect(port, '127.0.0.1').setEncoding('utf8');
    let answer = '';
    socket.on('data', (text: string) => (answer += text));
    socket.write(sent);
    await once(socket, 'close');
    const [head = '', body = ''] = answer.split('\r\n\r\n');
    expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(head).toContain('\r\nAccess-Control-Allow-Origin: *\r\n');
    expect(JSON.parse(body)).toMatchObject({ message: `Invalid request: ${reason}`, status: 'error', result: null });
  });
});
