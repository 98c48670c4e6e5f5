import { randomBytes } from 'node:crypto';
import { gatewayClaims, signedToken, testKey } from '../../libs/access/test-support/tokens.js';
import { AuthorizationServer } from '../support/authorization-server.js';
import { eventually } from '../support/eventually.js';
import { SHELL_IMAGE } from '../support/images.js';
import { Deployment } from './support/deployment.js';

const TENANT = 'DEV-DEVELOP';
/** Clients without a worker are looked for at the start and every minute, milliseconds. */
const SWEPT_WITHIN_MS = 90_000;

/** A point of the making of an OAuth client: resolves when the server has come there, and goes no further. */
type Point = () => Promise<void>;

describe('a server killed with -9 while it makes the OAuth client of a worker', () => {
  const key = testKey(2048);
  const headers = {
    'content-type': 'application/json',
    [`X-Jwt-Assertion-${TENANT}`]: signedToken(
      gatewayClaims({
        'http://wso2.org/claims/enduser': 'jdoe@carbon.super',
        'http://wso2.org/claims/role': 'Internal/abaco-user',
      }),
      key,
    ),
  };
  let gateway: AuthorizationServer;
  let bed: Deployment;

  beforeAll(async () => {
    gateway = await AuthorizationServer.start();
    bed = await Deployment.start({
      broker: 'embedded',
      name: 'clientkill',
      settings: {
        'web.access_control': 'jwt',
        'web.apim_public_key': key.der,
        'web.tenant_name': TENANT,
        'web.encryption_keys': `k1=${randomBytes(32).toString('base64')}`,
        'workers.generate_clients': 'true',
        'workers.init_count': '0',
        'oauth.authorization_server': gateway.url,
        'oauth.service_username': AuthorizationServer.username,
        'oauth.service_password': AuthorizationServer.password,
      },
    });
  }, 120_000);
  afterAll(async () => {
    await bed?.stop();
    await gateway.stop();
  }, 60_000);

  const call = async <R>(method: string, path: string, body?: object): Promise<R> => {
    const sent = { method, headers, ...(body && { body: JSON.stringify(body) }) };
    const response = await fetch(bed.server.url + path, sent);
    const { result, message } = (await response.json()) as { result: R; message: string };
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${message}`);
    return result;
  };

  /** The gateway does what it is asked, or not, and never answers. */
  const unanswered =
    (path: RegExp, disturbance: { readonly status: 'never'; readonly after?: true }): Point =>
    () =>
      new Promise((resolve) => {
        gateway.disturb = ({ method, path: asked }) => {
          if (method !== 'POST' || !path.test(asked)) return undefined;
          resolve();
          return disturbance;
        };
      });
  const storing =
    (at: 'request' | 'answer'): Point =>
    () =>
      bed.mongo.gate(({ name, collection }) => name === 'insert' && collection === 'clients', at).reached;

  const points: [string, Point][] = [
    ['when the client is made and the server does not know', unanswered(/clients/, { status: 'never', after: true })],
    ['when the client is made and has no token yet', unanswered(/token/, { status: 'never' })],
    ['when the token is made and the server does not know', unanswered(/token/, { status: 'never', after: true })],
    ['before the client is put on record', storing('request')],
    ['when the client is on record and the server does not know', storing('answer')],
  ];

  it.each(points)(
    '%s: no client stays without a worker, and the message gets its token',
    async (_, point) => {
      const actor = (await call<{ id: string }>('POST', '/actors', { image: SHELL_IMAGE, token: true })).id;
      const reached = point();
      const message = 'test -n "$_abaco_access_token"';
      const { execution_id } = await call<{ execution_id: string }>('POST', `/actors/${actor}/messages`, { message });
      await reached;
      const strays = [...gateway.clients.keys()];
      expect(strays).toHaveLength(1);
      await bed.server.kill();
      gateway.disturb = () => undefined;
      await bed.startServer();

      const path = `/actors/${actor}/executions/${execution_id}`;
      await eventually(
        'the message has run',
        async () => (await call<{ status: string }>('GET', path)).status === 'COMPLETE',
        60_000,
      );
      expect(await call('GET', path)).toMatchObject({ exit_code: 0 });
      await eventually(
        'only the living worker has a client',
        async () => {
          const workers = await call<{ id: string }[]>('GET', `/actors/${actor}/workers`);
          return [...gateway.clients.keys()].join() === workers.map(({ id }) => id).join();
        },
        SWEPT_WITHIN_MS,
      );
      expect([...gateway.clients.keys()]).not.toEqual(strays);
      await call('DELETE', `/actors/${actor}`);
      await eventually('no client is left', () => gateway.clients.size === 0, SWEPT_WITHIN_MS);
      expect(await bed.database.collection('clients').countDocuments()).toBe(0);
    },
    180_000,
  );
});
