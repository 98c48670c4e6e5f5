import { createServer, type Server } from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { AuthorizationServer } from './authorization-server.js';
import { AuthorizationFailed } from './errors.js';

describe('AuthorizationServer', () => {
  let server: Server;
  /** What the server writes to whoever sends something. */
  let answer: string;
  let seen: string;
  beforeEach(async () => {
    [answer, seen] = ['', ''];
    server = createServer((socket) => {
      socket.on('error', () => undefined); // clients break off
      socket.on('data', (chunk) => {
        seen += chunk.toString();
        if (answer !== '') socket.end(answer);
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterEach(() => server.close());

  const options = (port = (server.address() as AddressInfo).port) => ({
    url: `http://127.0.0.1:${port}/base/`,
    username: 'abaco',
    password: 'secret-of-the-service',
    userstorePrefix: 'TACC',
    clientsPath: '/clients/v2',
    tokenPath: '/token',
    scope: 'PRODUCTION',
    verifyTls: true,
    timeoutMs: 300,
  });
  const json = (value: unknown, status = '200 OK', headers = ''): string =>
    `HTTP/1.1 ${status}\r\n${headers}content-type: application/json\r\nconnection: close\r\n\r\n${JSON.stringify(value)}`;
  const failure = async (port?: number): Promise<AuthorizationFailed> => {
    const error: unknown = await new AuthorizationServer(options(port)).createClient('w').catch((e: unknown) => e);
    expect(error).toBeInstanceOf(AuthorizationFailed);
    expect(String(error)).not.toContain('secret-of-the-service');
    return error as AuthorizationFailed;
  };

  it('sends what the contract says', async () => {
    answer = json({ access_token: 'a', refresh_token: 'r' });
    const client = { key: 'k', secret: 's' };
    expect(await new AuthorizationServer(options()).issueTokens(client, 'jdoe')).toEqual({
      accessToken: 'a',
      refreshToken: 'r',
    });
    expect(seen).toContain('POST /base/token HTTP/1.1');
    expect(seen).toContain(`authorization: Basic ${Buffer.from('k:s').toString('base64')}`);
    const form = new URLSearchParams(seen.split('\r\n\r\n')[1]);
    expect(Object.fromEntries(form)).toEqual({
      grant_type: 'admin_password',
      username: 'abaco',
      password: 'secret-of-the-service',
      token_username: 'TACC/jdoe',
      scope: 'PRODUCTION',
    });
  });

  it.each([
    ['no credentials', json({ result: {} }), 'Unable to generate credentials'],
    ['no JSON', 'HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n<html>', 'its answer is no JSON'],
    ['an error that repeats what was sent', json({ error: 'x=secret-of-the-service' }, '400 Bad'), 'it answers 400'],
    ['an error of RFC 6749', json({ error: 'invalid_grant' }, '400 Bad'), 'it answers 400 (invalid_grant)'],
    ['nothing', '', 'no answer within 300 ms'],
  ])('fails, and may have had its effect, on %s', async (_, text, reason) => {
    answer = text;
    expect(await failure()).toMatchObject({ message: reason, reached: true });
  });

  it('follows no redirect', async () => {
    answer = json({}, '302 Found', 'location: http://127.0.0.1:1/\r\n');
    expect(await failure()).toMatchObject({ message: 'it answers 302', status: 302 });
  });

  it('knows that a server which takes no connection has done nothing', async () => {
    server.close();
    expect(await failure(1)).toMatchObject({ message: 'ECONNREFUSED', reached: false });
  });

  it('has deleted a client that is not there', async () => {
    answer = json({}, '404 Not Found');
    await new AuthorizationServer(options()).deleteClient('w/1');
    expect(seen).toContain('DELETE /base/clients/v2/w%2F1 ');
  });

  it.each(['name', 'clientName'])('lists clients by %s', async (field) => {
    answer = json({ result: [{ [field]: 'a' }, {}, { [field]: 'b' }] });
    expect(await new AuthorizationServer(options()).listClients()).toEqual(['a', 'b']);
  });
});
