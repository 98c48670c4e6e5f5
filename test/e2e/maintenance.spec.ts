import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { loadConfig } from '@abaco/config';
import { type HostId, newId, type TenantId, type WorkerId } from '@abaco/contract';
import { EmbeddedMongo } from '@abaco/embedded';
import { Store } from '@abaco/store';
import { storeDirectory } from '../../apps/server/src/embedded-services.js';
import { deleteClients, report, stopWorkers } from '../../apps/server/src/maintenance.js';
import { compiled } from '../support/compiled.js';
import { AuthorizationServer } from '../support/authorization-server.js';
import { eventually } from '../support/eventually.js';
import { JwtServer } from './support/jwt-server.js';

const run = promisify(execFile);
const TENANT = 'DEV-DEVELOP';

describe('commands of operators', () => {
  let directory: string;
  let gateway: AuthorizationServer;
  let server: JwtServer | undefined;
  let actor: string;
  let output: string;
  const console = {
    stdout: { write: (text: string) => void (output += text) },
    stderr: { write: (text: string) => void (output += text) },
  };
  const overrides = () => ({
    general: { data_dir: directory },
    spawner: { max_workers_per_actor: 1 },
    oauth: { attempts: 3, retry_seconds: 0, authorization_server: gateway.url },
    tenants: {
      [TENANT]: {
        generate_clients: true,
        service_username: AuthorizationServer.username,
        service_password: AuthorizationServer.password,
      },
    },
  });
  const config = () => loadConfig({ env: {}, overrides: overrides() });
  const call = async <R = Record<string, unknown>>(method: string, path: string, body?: object): Promise<R> => {
    if (!server) throw new Error('No server runs.');
    return (await server.as('jdoe')<R>(method, path, body)).result;
  };
  const execute = async (): Promise<void> => {
    const { execution_id } = await call<{ execution_id: string }>('POST', `/actors/${actor}/messages`, {
      message: 'x',
    });
    await eventually('it has run', async () => {
      const { status } = await call('GET', `/actors/${actor}/executions/${execution_id}`);
      return status === 'COMPLETE';
    });
  };
  const workers = async (): Promise<readonly { id: string }[]> => call('GET', `/actors/${actor}/workers`);
  const stop = async (): Promise<void> => {
    await server?.close();
    server = undefined;
  };

  beforeEach(async () => {
    output = '';
    directory = await mkdtemp(join(tmpdir(), 'abaco-maintenance-'));
    gateway = await AuthorizationServer.start();
    server = await JwtServer.start(overrides(), { engine: 'none', functions: { nothing: () => undefined } });
    actor = (await call<{ id: string }>('POST', '/actors', { image: 'function:nothing', token: true })).id;
    await execute();
  });
  afterEach(async () => {
    await stop();
    await gateway.stop();
    await rm(directory, { recursive: true, force: true });
  });

  it('report what there is and was, beside a server and without one', async () => {
    await call('DELETE', `/actors/${actor}`);
    expect(await report(config(), console)).toBe(0);
    const expected = {
      total_actors_all: 1,
      total_actors_existing: 0,
      total_executions_all: 1,
      total_executions_existing: 0,
    };
    expect(JSON.parse(output)).toMatchObject(expected);
    await stop();
    const env: NodeJS.ProcessEnv = { ...process.env, ABACO__GENERAL__DATA_DIR: directory };
    delete env.NODE_OPTIONS;
    const main = [compiled('apps/server/src/main.ts'), 'report'];
    const { stdout } = await run(process.execPath, main, { env });
    expect(JSON.parse(stdout)).toEqual(JSON.parse(output));
  });

  it('stop the workers of all hosts, and forget those of hosts that are gone', async () => {
    const [worker] = await workers();
    expect(await stopWorkers(config(), console, 30_000)).toBe(0);
    expect(output).toMatch(/^[1-9] workers told to stop, 0 still finish their message; 0 records of hosts/);
    expect((await workers()).map(({ id }) => id)).not.toContain(worker?.id);
    await execute(); // a new one is started when it is needed
    await stop();
    await leaveWorker();
    output = '';
    expect(await stopWorkers(config(), console, 0)).toBe(0);
    expect(output).toBe(
      '0 workers told to stop, 0 still finish their message; 1 records of hosts that are gone removed\n',
    );
  });

  it('delete the clients of workers, which get new ones; and say what is left', async () => {
    const [first] = gateway.clients.values();
    gateway.clients.set('strange', {
      name: 'strange',
      key: 'k',
      secret: 's',
      refreshToken: undefined,
      user: undefined,
    });
    gateway.disturb = ({ method }) => (method === 'DELETE' ? { status: 500 } : undefined);
    expect(await deleteClients(config(), console)).toBe(1);
    expect(output).toContain('0 OAuth clients deleted, 1 left\n');
    expect(output).toContain('OAuth clients could not be cleaned up');
    expect(gateway.secrets.filter((secret) => output.includes(secret))).toEqual([]);
    gateway.disturb = () => undefined;
    output = '';
    expect(await deleteClients(config(), console)).toBe(0);
    expect(output).toBe('1 OAuth clients deleted, 0 left\n');
    expect([...gateway.clients.keys()]).toEqual(['strange']);
    await execute();
    const names = [...gateway.clients.values()].map(({ key }) => key);
    expect(names).not.toContain(first?.key);
    expect(names).toHaveLength(2);
  });

  /** What a host that was lost leaves. */
  const leaveWorker = async (): Promise<void> => {
    const mongo = await EmbeddedMongo.start({ directory: storeDirectory(directory) });
    const store = await Store.connect(mongo.uri(config().store.mongo_database));
    const worker = {
      tenant: TENANT as TenantId,
      id: newId<WorkerId>(),
      actor_id: `${TENANT}_${actor}` as never,
      revision: 1,
      host_id: 'lost' as HostId,
      host_ip: '127.0.0.1',
    };
    await store.workers.claimSlot(worker, 6);
    await store.close();
    await mongo.close();
  };
});
