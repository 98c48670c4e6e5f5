import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { Caller } from '@abaco/access';
import { type ConfigOverrides, loadConfig } from '@abaco/config';
import type { ActorId, ExecutionId, TenantId } from '@abaco/contract';
import { EmbeddedBroker, EmbeddedMongo } from '@abaco/embedded';
import { createMailboxBroker } from '@abaco/mailbox';
import { AbacoModule, ActorCommands, ActorQueries, describeActor, Health } from '@abaco/runtime';
import { startServer } from '../../apps/server/src/bootstrap.js';
import { removeContainersOfHost } from '../support/docker-cli.js';
import { eventually } from '../support/eventually.js';
import { buildTestImages, SHELL_IMAGE } from '../support/images.js';

const caller: Caller = { tenant: 'ROLES' as TenantId, user: 'jdoe', roles: ['ALL'], apiServer: 'https://roles.test' };
/** Shorter than any other way for a host to learn of work: a check that comes every 10 s. */
const AT_ONCE_MS = 6_000;

const { name: _name, state: _state, ...described } = describeActor({ image: SHELL_IMAGE });

describe('processes with one role', () => {
  const suffix = randomUUID().slice(0, 8);
  const [left, right] = [`left-${suffix}`, `right-${suffix}`];
  let directory: string;
  let mongo: EmbeddedMongo;
  let broker: EmbeddedBroker;
  let apps: INestApplicationContext[];
  let commands: ActorCommands;
  let queries: ActorQueries;
  /** The way in through a host that could run a part itself. */
  let leftCommands: ActorCommands;

  const start = (name: string, overrides: ConfigOverrides): Promise<INestApplicationContext> =>
    NestFactory.createApplicationContext(
      AbacoModule.forRoot({
        config: loadConfig({
          env: {},
          overrides: {
            ...overrides,
            general: { data_dir: join(directory, name), ...overrides.general },
            // there is no engine: a process that is no host must not look for one
            ...(overrides.general?.roles?.includes('compute') ? {} : { docker: { dd: 'unix:///nowhere.sock' } }),
          },
        }),
        storeUri: mongo.uri('roles'),
        broker: createMailboxBroker({ uri: broker.uri, flavor: 'embedded' }),
      }),
      { logger: false },
    );
  const host = (host_id: string, host_queues: string[]): Promise<INestApplicationContext> =>
    start(host_id, {
      general: { roles: ['compute'] },
      spawner: { host_id, host_queues, max_workers_per_host: 2 },
    });

  beforeAll(async () => {
    await buildTestImages();
    directory = await mkdtemp(join(tmpdir(), 'abaco-roles-'));
    mongo = await EmbeddedMongo.start({ directory: join(directory, 'store') });
    broker = await EmbeddedBroker.start({ directory: join(directory, 'broker') });
    apps = [
      await host(left, ['default', 'shared']),
      await host(right, ['special', 'shared']),
      await start('api', { general: { roles: ['api'] }, spawner: { host_id: left } }),
    ];
    leftCommands = apps[0]!.get(ActorCommands);
    commands = apps[2]!.get(ActorCommands);
    queries = apps[2]!.get(ActorQueries);
  }, 120_000);

  afterAll(async () => {
    for (const app of (apps ?? []).toReversed()) await app.close();
    await Promise.all([left, right].map((id) => removeContainersOfHost(id)));
    await broker.close();
    await mongo.close();
    await rm(directory, { recursive: true, force: true });
  });

  const registered: ActorId[] = [];
  const register = async (description: Parameters<typeof describeActor>[0]): Promise<ActorId> => {
    const { id } = await commands.register(caller, describeActor(description));
    registered.push(id);
    return id;
  };
  // also after a failure: workers that stay would take the places of the next test's
  afterEach(async () => {
    await Promise.all(registered.splice(0).map((actor) => commands.delete(caller, actor)));
  });

  const send = async (actor: ActorId, text: string, through = commands): Promise<ExecutionId> => {
    const message = { content: { kind: 'text', text }, contentType: 'str', environment: {} } as const;
    return (await through.send(caller, actor, message)).execution;
  };
  const inStatus = (actor: ActorId, execution: ExecutionId, status: string, deadlineMs = 30_000) =>
    eventually(
      `the execution is ${status}`,
      async () => {
        const found = await queries.execution(caller, actor, execution);
        return found.status === status && found;
      },
      deadlineMs,
    );
  /** Waits until the hosts of the actor's workers, in alphabetical order, are as they should be. */
  const onHosts = (actor: ActorId, what: string, areRight: (hosts: readonly string[]) => boolean) =>
    eventually(`its workers are on ${what}`, async () => {
      const workers = await queries.workers(caller, actor);
      const hosts = workers.flatMap(({ status, host_id }) =>
        status === 'READY' || status === 'BUSY' ? [host_id] : [],
      );
      if (areRight(hosts.map(String).toSorted())) return true;
      throw new Error(workers.map(({ status, host_id }) => `${status} on ${host_id}`).join(', ') || 'no worker');
    });
  const onExactly = (actor: ActorId, ...expected: string[]) =>
    onHosts(actor, expected.join(', '), (hosts) => JSON.stringify(hosts) === JSON.stringify(expected.toSorted()));
  /** However many: one that took long to show may have been asked for twice. */
  const onNoneBut = (actor: ActorId, host: string) =>
    onHosts(actor, `${host} alone`, (hosts) => hosts.length > 0 && hosts.every((each) => each === host));

  it('start the first worker of an actor where its queue is served, and run its messages there', async () => {
    const actors = await Promise.all(['default', 'special'].map((queue) => register({ image: SHELL_IMAGE, queue })));
    for (const [index, expected] of [left, right].entries()) {
      await onNoneBut(actors[index]!, expected);
      const done = await inStatus(actors[index]!, await send(actors[index]!, 'echo done'), 'COMPLETE');
      expect(done.host_id).toBe(expected);
    }
  });

  it('move an actor to the hosts of its new queue', async () => {
    const id = await register({ image: SHELL_IMAGE, queue: 'default' });
    await onNoneBut(id, left);
    await commands.update(caller, id, { ...described, queue: 'special', force: false });
    const moved = await inStatus(id, await send(id, 'echo moved'), 'COMPLETE');
    expect(moved.host_id).toBe(right);
    await onNoneBut(id, right);
  });

  it.each(['a process that is no host', 'a host that has no room for all'])(
    'spread the workers of an actor over all hosts of its queue, asked by %s',
    async (by) => {
      const id = await register({ image: SHELL_IMAGE, queue: 'shared', max_workers: 4 });
      const through = by === 'a process that is no host' ? commands : leftCommands;
      const executions = await Promise.all([1, 2, 3, 4].map(() => send(id, 'sleep 60', through)));
      await onExactly(id, left, left, right, right);
      for (const execution of executions) await inStatus(id, execution, 'RUNNING');
      for (const execution of executions) await commands.halt(caller, id, execution);
    },
  );

  it('keep to one worker for a stateful actor, whoever takes its messages', async () => {
    const id = await register({ image: SHELL_IMAGE, queue: 'shared', stateless: false });
    const executions: ExecutionId[] = [];
    for (let message = 0; message < 6; message++) {
      executions.push(await send(id, 'sleep 0.2', message % 2 === 0 ? commands : leftCommands));
    }
    const ended = await Promise.all(executions.map((execution) => inStatus(id, execution, 'COMPLETE')));
    const byStart = ended.toSorted((a, b) => a.start_time!.getTime() - b.start_time!.getTime());
    for (const [index, execution] of byStart.slice(1).entries()) {
      expect(execution.start_time!.getTime()).toBeGreaterThanOrEqual(byStart[index]!.finish_time!.getTime());
    }
  });

  it('start as many workers as are asked for, although nothing waits', async () => {
    const id = await register({ image: SHELL_IMAGE, queue: 'special' });
    await onExactly(id, right);
    expect(await commands.ensureWorkers(caller, id, 2)).toEqual({ previous: 1, added: 1 });
    await onExactly(id, right, right);
  });

  it('take a message of an actor that sleeps without waiting for a check', async () => {
    const id = await register({ image: SHELL_IMAGE, queue: 'special' });
    await onNoneBut(id, right);
    for (const worker of await queries.workers(caller, id)) await commands.stopWorker(caller, id, worker.id);
    await eventually('it has no worker', async () => (await queries.workers(caller, id)).length === 0);
    await inStatus(id, await send(id, 'echo awake'), 'COMPLETE', AT_ONCE_MS);
  });

  it('are no host without the role', async () => {
    const parts = { store: true, broker: true, hierarchy: true, disk: true };
    expect(await apps[2]!.get(Health).parts()).toEqual(parts);
    expect(await apps[0]!.get(Health).parts()).toEqual({ ...parts, engine: true, host: true });
  });
});

describe('a server with one role', () => {
  it('does not start without store and broker that others reach, and says what to set', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'abaco-role-'));
    const startWith = (rabbit: { uri: string }) =>
      startServer(
        loadConfig({
          env: {},
          overrides: { general: { data_dir: directory, roles: ['api'] }, rabbit, web: { port: 0 } },
        }),
      );
    await expect(startWith({ uri: '' })).rejects.toThrow(
      'With general.roles "api" the other role is in another process, which shares store and broker with this one. ' +
        'Set store.mongo_uri (or store.mongo_host) and rabbit.uri, or give this process both roles.',
    );
    await expect(startWith({ uri: 'amqp://127.0.0.1' })).rejects.toThrow(
      'Set store.mongo_uri (or store.mongo_host), or',
    );
    await rm(directory, { recursive: true, force: true });
  });
});
