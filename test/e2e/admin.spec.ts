import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { JwtServer } from './support/jwt-server.js';

const ADMIN = 'Internal/abaco-admin';

interface Listed {
  readonly id: string;
  readonly tenant: string;
}

describe('administration', () => {
  let server: JwtServer;
  let other: Server;
  let otherUrl: string;
  const asked: { url: string | undefined; token: string | undefined }[] = [];

  beforeAll(async () => {
    other = createServer((request, response) => {
      asked.push({ url: request.url, token: request.headers['x-jwt-assertion-dev'] as string | undefined });
      response.setHeader('content-type', 'application/json');
      response.end(
        JSON.stringify({
          result: [{ id: 'x', tenant: 'FAR', image: '<b>bold</b>', statusMessage: null, createTime: 'then' }],
        }),
      );
    });
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    otherUrl = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
    server = await JwtServer.start({ web: { dashboard_instances: [otherUrl] } });
    const jdoe = server.as('jdoe');
    const { result } = await jdoe('POST', '/actors', { image: 'abacosamples/test', name: '<script>alert(1)</script>' });
    await jdoe('POST', `/actors/${String(result['id'])}/messages`, { message: 'x' });
    await jdoe('POST', `/actors/${String(result['id'])}/executions`, { runtime: 2, cpu: 50, io: 40 });
    const gone = await server.as('eve', undefined, 'OTHER')('POST', '/actors', { image: 'abacosamples/test' });
    await server.as('eve', undefined, 'OTHER')('POST', `/actors/${String(gone.result['id'])}/executions`, {
      runtime: 3,
      cpu: 5,
      io: 4,
    });
    await server.as('eve', undefined, 'OTHER')('DELETE', `/actors/${String(gone.result['id'])}`);
    await server.as('eve', undefined, 'OTHER')('POST', '/actors', { image: 'abacosamples/test' });
  });
  afterAll(async () => {
    await server.close();
    await new Promise((resolve) => other.close(resolve));
  });

  it.each(['/actors/admin', '/actors/admin/workers', '/actors/admin/executions', '/admin/dashboard'])(
    'keeps %s for admins',
    async (path) => {
      expect(await server.as('jdoe')('GET', path)).toMatchObject({ code: 400, message: 'Abaco Admin role required.' });
      expect((await server.as('root', ADMIN)('GET', path)).code).toBe(200);
    },
  );

  it('lists the actors of all tenants with all that is stored of them', async () => {
    const { message, result } = await server.as('root', ADMIN)<Listed[]>('GET', '/actors/admin');
    expect(message).toBe('Actors retrieved successfully.');
    expect(result.map(({ tenant }) => tenant)).toEqual(['DEV-DEVELOP', 'OTHER']);
    const [actor] = result;
    expect(actor).toMatchObject({
      db_id: `DEV-DEVELOP_${actor?.id}`,
      api_server: 'https://api.example.org',
      executions: 2,
      messages: 1,
      runtime: 2,
      permissions: { jdoe: 'UPDATE' },
    });
  });

  it('says how many workers do what', async () => {
    const { result } = await server.as('root', ADMIN)<{ summary: Record<string, number>; workers: Listed[] }>(
      'GET',
      '/actors/admin/workers',
    );
    expect(result.summary).toMatchObject({ error_workers: 0, total_workers: result.workers.length });
    expect(result.summary['actors_no_workers']).toBeGreaterThanOrEqual(1);
  });

  it('sums up executions, those of actors that are gone apart', async () => {
    const { result } = await server.as('root', ADMIN)<{ summary: Record<string, number>; actors: object[] }>(
      'GET',
      '/actors/admin/executions',
    );
    expect(result.summary).toMatchObject({
      total_actors_all: 3,
      total_actors_all_with_executions: 2,
      total_executions_all: 3,
      total_execution_runtime_all: 5,
      total_execution_cpu_all: 55,
      total_execution_io_all: 44,
      total_actors_existing: 2,
      total_actors_existing_with_executions: 1,
      total_executions_existing: 2,
      total_execution_runtime_existing: 2,
    });
    expect(result.actors).toEqual([
      expect.objectContaining({ owner: 'jdoe', total_executions: 2, total_execution_cpu: 50, total_execution_io: 40 }),
    ]);
  });

  it('says how much the installation is used, in camel case whatever the mode', async () => {
    const { message, result } = await server.as('jdoe')('GET', '/actors/utilization');
    expect(message).toBe('Abaco utilization returned successfully.');
    expect(Object.keys(result)).toEqual(['currentActors', 'totalActors', 'workers', 'commandQueue']);
    expect(result).toMatchObject({ currentActors: 2, totalActors: 3 });
  });

  it('shows admins their own tenant alone when it is told to', async () => {
    const limited = await JwtServer.start({ web: { admin_scope: 'tenant' } });
    try {
      await limited.as('jdoe')('POST', '/actors', { image: 'x' });
      await limited.as('eve', undefined, 'OTHER')('POST', '/actors', { image: 'x' });
      const { result } = await limited.as('root', ADMIN)<Listed[]>('GET', '/actors/admin');
      expect(result.map(({ tenant }) => tenant)).toEqual(['DEV-DEVELOP']);
    } finally {
      await limited.close();
    }
  });

  describe('the dashboard', () => {
    it('is a page in which nothing that users wrote is markup', async () => {
      const { headers, message: page } = await server.as('root', ADMIN)('GET', '/admin/dashboard');
      expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
      expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'/);
      expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
      expect(page).not.toContain('<script');
    });

    const look = (fields: Record<string, string>) =>
      fetch(`${server.url}/admin/dashboard`, {
        method: 'POST',
        headers: server.headersOf('root', ADMIN),
        body: new URLSearchParams(fields),
      });

    it('looks at another instance that is configured', async () => {
      const response = await look({ base_url: otherUrl, jwt_header: 'X-Jwt-Assertion-DEV', jwt: 'a.b.c' });
      const page = await response.text();
      expect(page).toContain('<td>FAR</td><td>x</td>');
      expect(page).toContain('&lt;b&gt;bold&lt;/b&gt;');
      expect(page).toContain('<td>then</td>');
      expect(asked).toEqual([{ url: '/actors/admin', token: 'a.b.c' }]);
    });

    it.each([
      [{ base_url: 'http://169.254.169.254', jwt_header: 'X', jwt: 'x' }, /base_url/],
      [{ jwt_header: 'X', jwt: 'x' }, /base_url/],
    ])('looks nowhere else: %j', async (fields, message) => {
      const response = await look(fields);
      expect([response.status, ((await response.json()) as { message: string }).message]).toEqual([
        400,
        expect.stringMatching(message),
      ]);
    });

    it('says which field of its form is wrong', async () => {
      const response = await look({ base_url: otherUrl, jwt_header: 'X:\r\ny', jwt: 'x' });
      expect(((await response.json()) as { message: string }).message).toMatch(/jwt_header/);
    });
  });
});
