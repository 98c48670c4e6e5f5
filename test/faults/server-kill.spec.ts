import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type mongoose from 'mongoose';
import { actorDbid, type ActorId, executionDbid, type TenantId } from '@abaco/contract';
import { EmbeddedMongo } from '@abaco/embedded';
import { Store } from '@abaco/store';
import { containersOfHost, removeContainersOfHost } from '../support/docker-cli.js';
import { eventually } from '../support/eventually.js';
import { SHELL_IMAGE, buildTestImages } from '../support/images.js';
import { lastingClient } from '../support/lasting-client.js';
import { ServerProcess } from '../support/server-process.js';
import { BROKERS } from './support/broker-kind.js';
import { leftByActors, nothingLeft } from './support/leftovers.js';
import { Ledger } from './support/ledger.js';
import { TestBroker } from './support/test-broker.js';

describe.each(BROKERS)('the server with the store inside it and the %s broker, killed with -9,', (brokerKind) => {
  const hostId = `kill-${randomUUID().slice(0, 8)}`;
  const heirId = `${hostId}-heir`;
  let directory: string;
  let broker: TestBroker;
  let server: ServerProcess;
  /** Of the store inside the server. */
  let client: mongoose.mongo.MongoClient;
  let ledger: Ledger;

  beforeAll(async () => {
    await buildTestImages();
    directory = await mkdtemp(join(tmpdir(), 'abaco-kill-'));
    broker = await TestBroker.start(brokerKind);
    client = lastingClient(EmbeddedMongo.uriOf(join(directory, 'store'), 'abaco'));
    ledger = new Ledger(client.db());
  });

  afterAll(async () => {
    await client?.close();
    await server?.stop();
    await broker?.stop();
    await Promise.all([hostId, heirId].map((id) => removeContainersOfHost(id)));
    await rm(directory, { recursive: true, force: true });
  });

  /** Deletes the actor; then nothing at all is left. */
  const expectNothingLeft = async (host: string, actor: string): Promise<void> => {
    expect((await server.call('DELETE', `/actors/${actor}`)).status).toBe(200);
    await ledger.settled();
    const mailboxes = () => broker.mailboxes(directory, [actor]);
    await nothingLeft(() => leftByActors({ hostId: host, directory, database: client.db(), mailboxes }));
  };

  const settingsOf = (host: string): Record<string, string> => ({
    'general.data_dir': directory,
    'spawner.host_id': host,
    'web.tenant_name': 'DEV',
    'general.check_seconds': '2',
    ...broker.settings,
  });

  it('loses none of 200 accepted messages, ends each in one final record and leaves no container', async () => {
    const settings = settingsOf(hostId);
    server = await ServerProcess.start(settings);
    const actor = await server.call<{ id: string }>('POST', '/actors', { image: SHELL_IMAGE, max_workers: 4 });
    const messages = `/actors/${actor.result.id}/messages`;
    const accepted = new Set<string>();
    const send = async (count: number): Promise<void> => {
      for (let sent = 0; sent < count; sent++) {
        const answer = await server.call<{ execution_id: string }>('POST', messages, {
          message: `sleep 0.2; echo message ${sent}`,
        });
        expect(answer.status).toBe(200);
        accepted.add(answer.result.execution_id);
        ledger.accept(answer.result.execution_id);
      }
    };
    await Promise.all(Array.from({ length: 10 }, () => send(20)));
    expect(accepted.size).toBe(200);
    const statuses = (): Promise<unknown[]> => client.db().collection('executions').distinct('status');
    await eventually('some executions run and some are complete', async () => (await statuses()).length === 3);

    await server.kill();
    server = await ServerProcess.start(settings);

    await ledger.settled(150_000);
    expect(await server.stop()).toBe(0);
    server = await ServerProcess.start(settings);
    const final = [...(await ledger.settled()).values()];
    expect(final).toHaveLength(200);
    expect(final.filter(({ status }) => status !== 'COMPLETE')).toEqual([]);
    await expectNothingLeft(hostId, actor.result.id);
    await server.stop();
  }, 300_000);

  it('remembers a halt that it could not carry out any more', async () => {
    const settings = settingsOf(hostId);
    server = await ServerProcess.start(settings);
    const actor = await server.call<{ id: string }>('POST', '/actors', { image: SHELL_IMAGE });
    const path = `/actors/${actor.result.id}`;
    const message = "trap 'echo halted; exit 3' TERM; echo begun; while :; do sleep 0.1; done";
    const sent = await server.call<{ execution_id: string }>('POST', `${path}/messages`, { message });
    const execution = `${path}/executions/${sent.result.execution_id}`;
    const logs = async (): Promise<string> =>
      (await server.call<{ logs: string }>('GET', `${execution}/logs`)).result.logs;
    await eventually('it has begun', async () => (await logs()).includes('begun'));
    await server.kill();

    // what the server does between the request and the container
    const mongo = await EmbeddedMongo.start({ directory: join(directory, 'store') });
    const store = await Store.connect(mongo.uri('abaco'));
    const dbid = executionDbid(
      actorDbid('DEV' as TenantId, actor.result.id as ActorId),
      sent.result.execution_id as never,
    );
    expect(await store.executions.requestHalt(dbid)).toBe(true);
    await store.close();
    await mongo.close();

    server = await ServerProcess.start(settings);
    const ended = await eventually('it is complete', async () => {
      const { result } = await server.call<{ status: string }>('GET', execution);
      return result.status === 'COMPLETE' && result;
    });
    expect(ended).toMatchObject({ exit_code: 3 });
    expect(await logs()).toContain('halted');
    await expectNothingLeft(hostId, actor.result.id);
    await server.stop();
  }, 120_000);

  it('leaves its work to a host of another name, once its leases have ended', async () => {
    const lease = { 'workers.lease_seconds': '3' };
    server = await ServerProcess.start({ ...settingsOf(hostId), ...lease });
    const actor = await server.call<{ id: string }>('POST', '/actors', { image: SHELL_IMAGE, max_workers: 1 });
    const path = `/actors/${actor.result.id}`;
    const sent = await server.call<{ execution_id: string }>('POST', `${path}/messages`, { message: 'sleep 2' });
    const execution = `${path}/executions/${sent.result.execution_id}`;
    const status = async (): Promise<string> => (await server.call<{ status: string }>('GET', execution)).result.status;
    await eventually('it runs', async () => (await status()) === 'RUNNING');

    await server.kill();
    server = await ServerProcess.start({ ...settingsOf(heirId), ...lease });
    await eventually('it is complete', async () => (await status()) === 'COMPLETE', 90_000);
    expect((await ledger.settled()).get(sent.result.execution_id)).toMatchObject({ host_id: heirId });
    const workers = await server.call<{ host_id: string }[]>('GET', `${path}/workers`);
    expect(workers.result.map((worker) => worker.host_id)).toEqual([heirId]);
    // what is left on its own machine goes when it comes back
    expect(await server.stop()).toBe(0);
    server = await ServerProcess.start({ ...settingsOf(hostId), ...lease });
    await expectNothingLeft(hostId, actor.result.id);
    expect(await containersOfHost(heirId)).toEqual([]);
  }, 150_000);
});
