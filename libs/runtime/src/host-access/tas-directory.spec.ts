import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { loadConfig } from '@abaco/config';
import type { TenantId } from '@abaco/contract';
import { silentLogger } from '../logger.js';
import { TasDirectory } from './tas-directory.js';

const TENANT = 'SD2E' as TenantId;

describe('the TAS directory', () => {
  let server: Server;
  let base: string;
  let requests: { url: string; authorization: string | undefined }[] = [];
  let answer: (request: IncomingMessage, response: ServerResponse) => void;

  beforeAll(async () => {
    server = createServer((request, response) => {
      requests.push({ url: request.url ?? '', authorization: request.headers.authorization });
      answer(request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  beforeEach(() => (requests = []));
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  const directory = (options: object = {}, logger = silentLogger) => {
    const tas = { url: `${base}/api/v1/`, account: 'role', password: 'pass:word', timeout: 1, ...options };
    return new TasDirectory(loadConfig({ env: {}, overrides: { tas } }).tas, logger);
  };
  const json = (value: unknown) => (_: IncomingMessage, response: ServerResponse) =>
    void response.setHeader('content-type', 'application/json').end(JSON.stringify(value));
  const user = { result: { uid: 458981, homeDirectory: '05117/jdoe' } };

  it("asks for the user with the service's account, and takes the user's number for the group", async () => {
    answer = json(user);
    expect(await directory().account(TENANT, 'j/doe ü')).toEqual({ uid: '458981', gid: '458981', home: '05117/jdoe' });
    expect(requests).toEqual([
      {
        url: '/api/v1/users/username/j%2Fdoe%20%C3%BC',
        authorization: `Basic ${Buffer.from('role:pass:word').toString('base64')}`,
      },
    ]);
  });

  it("takes the configured group, and before that the one of the user's profile", async () => {
    answer = json(user);
    expect((await directory({ gid: '7' }).account(TENANT, 'jdoe')).gid).toBe('7');
    answer = (request, response) =>
      json(request.url?.startsWith('/meta') ? { result: [{ value: { posix_gid: 816877 } }] } : user)(request, response);
    const withProfiles = directory({ gid: '7', metadata_url: `${base}/meta/v2/data`, metadata_token: 't' });
    expect((await withProfiles.account(TENANT, 'jdoe')).gid).toBe('816877');
    const asked = new URL(requests.at(-1)?.url ?? '', base);
    expect(JSON.parse(asked.searchParams.get('q') ?? '')).toEqual({ name: 'profile.sd2e.jdoe' });
    expect(requests.at(-1)?.authorization).toBe('Bearer t');
  });

  it('does without a profile, with a warning', async () => {
    answer = (request, response) =>
      request.url?.startsWith('/meta') ? void response.writeHead(500).end() : json(user)(request, response);
    const warnings: string[] = [];
    const logger = { ...silentLogger, warn: (_: object, message: string) => void warnings.push(message) };
    const found = await directory({ metadata_url: `${base}/meta` }, logger).account(TENANT, 'jdoe');
    expect(found).toEqual({ uid: '458981', gid: '458981', home: '05117/jdoe' });
    expect(warnings).toEqual(['The profile of a user could not be read']);
  });

  it.each<[what: string, (request: IncomingMessage, response: ServerResponse) => void, RegExp]>([
    ['404', (_, response) => void response.writeHead(404).end('secret'), /cannot be used: it answers 404\.$/],
    ['a redirect', (_, response) => void response.writeHead(302, { location: '/other' }).end(), /it answers 302\.$/],
    ['no JSON', (_, response) => void response.end('<html>'), /its answer is no JSON\.$/],
    ['no end', (_, response) => void response.write('{'), /it does not answer within 1000 ms\.$/],
    ['too much', (_, response) => void response.end('x'.repeat(300_000)), /more than 262144 bytes\.$/],
    ['a broken connection', (request) => void request.socket.destroy(), /cannot be used: \w+.*\.$/],
    ['nothing of the user', json({ result: null }), /says no usable uid of jdoe/],
    ['root', json({ result: { uid: 0 } }), /says no usable uid of jdoe/],
    ['a name', json({ result: { uid: 'root' } }), /says no usable uid of jdoe/],
    ['no user', json({ result: { uid: 4294967295 } }), /says no usable uid of jdoe/],
  ])('fails on %s, and says nothing of the password', async (_, answers, reason) => {
    answer = answers;
    const asked = directory().account(TENANT, 'jdoe');
    await expect(asked).rejects.toThrow(reason);
    await expect(asked).rejects.not.toThrow(/pass|Basic/);
    expect(requests).toHaveLength(1);
  });

  it.each(['.', '..', ''])('does not ask for %j', async (name) => {
    await expect(directory().account(TENANT, name)).rejects.toThrow('is no user of a directory');
    expect(requests).toEqual([]);
  });
});
