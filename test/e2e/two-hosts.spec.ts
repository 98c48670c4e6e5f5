import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { Caller } from '@abaco/access';
import { loadConfig } from '@abaco/config';
import { actorDbid, type ActorId, type ExecutionId, type TenantId } from '@abaco/contract';
import { EmbeddedBroker, EmbeddedMongo } from '@abaco/embedded';
import { createMailboxBroker } from '@abaco/mailbox';
import {
  AbacoModule,
  ActorCommands,
  ActorQueries,
  describeActor,
  ExecutionStreams,
  SynchronousCalls,
} from '@abaco/runtime';
import { Store } from '@abaco/store';
import { removeContainersOfHost } from '../support/docker-cli.js';
import { eventually } from '../support/eventually.js';
import { buildTestImages, ECHO_IMAGE, SHELL_IMAGE } from '../support/images.js';

const caller: Caller = { tenant: 'PAIR' as TenantId, user: 'jdoe', roles: ['ALL'], apiServer: 'https://pair.test' };

const description = describeActor({ image: SHELL_IMAGE, stateless: false });
/** What an update replaces: name and state stay. */
const { name: _name, state: _state, ...settings } = description;

describe('what is asked of one host while another has the worker', () => {
  const hostIds = ['here', 'there'].map((name) => `${name}-${randomUUID().slice(0, 8)}`);
  let directory: string;
  let mongo: EmbeddedMongo;
  let broker: EmbeddedBroker;
  let apps: INestApplicationContext[];
  /** Has the actor's worker. */
  let here: ActorCommands;
  /** Is asked. */
  let there: ActorCommands;
  let queries: ActorQueries;

  beforeAll(async () => {
    await buildTestImages();
    directory = await mkdtemp(join(tmpdir(), 'abaco-pair-'));
    mongo = await EmbeddedMongo.start({ directory: join(directory, 'store') });
    broker = await EmbeddedBroker.start({ directory: join(directory, 'broker') });
    apps = await Promise.all(
      hostIds.map((host_id) =>
        NestFactory.createApplicationContext(
          AbacoModule.forRoot({
            config: loadConfig({
              env: {},
              overrides: { general: { data_dir: join(directory, host_id) }, spawner: { host_id } },
            }),
            storeUri: mongo.uri('pair'),
            broker: createMailboxBroker({ uri: broker.uri, flavor: 'embedded' }),
          }),
          { logger: false },
        ),
      ),
    );
    [here, there] = apps.map((app) => app.get(ActorCommands)) as [ActorCommands, ActorCommands];
    queries = apps[1]!.get(ActorQueries);
  }, 120_000);

  afterAll(async () => {
    await Promise.all((apps ?? []).map((app) => app.close()));
    await Promise.all(hostIds.map((id) => removeContainersOfHost(id)));
    await broker.close();
    await mongo.close();
    await rm(directory, { recursive: true, force: true });
  });

  const register = async (): Promise<ActorId> => {
    const { id } = await here.register(caller, description);
    await eventually('its worker is ready', async () => {
      const workers = await queries.workers(caller, id);
      return workers[0]?.status === 'READY' && workers[0].host_id === hostIds[0];
    });
    return id;
  };
  const send = async (commands: ActorCommands, actor: ActorId, text: string): Promise<ExecutionId> => {
    const message = { content: { kind: 'text', text }, contentType: 'str', environment: {} } as const;
    return (await commands.send(caller, actor, message)).execution;
  };
  const inStatus = (actor: ActorId, execution: ExecutionId, status: string) =>
    eventually(`the execution is ${status}`, async () => {
      const found = await queries.execution(caller, actor, execution);
      return found.status === status && found;
    });
  const logs = async (actor: ActorId, execution: ExecutionId): Promise<string> =>
    (await queries.logs(caller, actor, execution)).logs;

  it('is a halt: the execution completes, and the worker goes on', async () => {
    const actor = await register();
    const execution = await send(here, actor, "trap 'exit 9' TERM; echo begun; while :; do sleep 0.1; done");
    await inStatus(actor, execution, 'RUNNING');
    await eventually('it has begun', async () => (await logs(actor, execution)) !== '');
    await there.halt(caller, actor, execution);
    expect(await inStatus(actor, execution, 'COMPLETE')).toMatchObject({ exit_code: 9, attempt: 1 });
    await inStatus(actor, await send(here, actor, 'echo next'), 'COMPLETE');
    await here.delete(caller, actor);
  });

  it('is what an execution says and becomes, as it happens', async () => {
    const actor = await register();
    const execution = await send(here, actor, "trap 'echo bye; exit 0' TERM; while :; do echo tick; sleep 0.3; done");
    const streams = apps[1]!.get(ExecutionStreams);
    const statuses = (async () => {
      const seen: string[] = [];
      const { events } = await streams.statuses(caller, actor, execution);
      for await (const event of events) if (event.type === 'status') seen.push(event.execution.status);
      return seen;
    })();
    let said = '';
    let pieces = 0;
    const { events } = await streams.logs(caller, actor, execution);
    for await (const event of events) {
      if (event.type !== 'log') continue;
      said += event.text;
      if (++pieces === 2) await there.halt(caller, actor, execution);
    }
    expect(said).toMatch(/^(tick\n){2,}bye\n$/);
    expect(said).toBe(await logs(actor, execution));
    expect((await statuses).slice(-2)).toEqual(['RUNNING', 'COMPLETE']);
    await here.delete(caller, actor);
  });

  it('is a result that somebody waits for', async () => {
    const actor = await register();
    const message = (text: string) =>
      ({ content: { kind: 'text', text }, contentType: 'str', environment: {} }) as const;
    const call = (text: string) =>
      apps[1]!.get(SynchronousCalls).call(caller, actor, message(text), new AbortController().signal);
    const early = await call('echo -n result | abaco-result; trap "exit 0" TERM; sleep 60 & wait');
    expect(early.outcome).toEqual({ kind: 'result', data: Buffer.from('result') });
    await there.halt(caller, actor, early.execution);
    expect((await call('echo said')).outcome).toEqual({ kind: 'logs', logs: 'said\n' });
    await here.delete(caller, actor);
  });

  it('is the end of a worker: it finishes its message and goes', async () => {
    const actor = await register();
    const execution = await send(here, actor, 'sleep 2; echo finished');
    const { worker_id: worker } = await inStatus(actor, execution, 'RUNNING');
    await there.stopWorker(caller, actor, worker!);
    await inStatus(actor, execution, 'COMPLETE');
    expect(await logs(actor, execution)).toBe('finished\n');
    await eventually('it is gone', async () => (await queries.workers(caller, actor)).length === 0, 4_000);
    await here.delete(caller, actor);
  });

  it('is a deletion: it waits for the worker, and its execution is halted', async () => {
    const actor = await register();
    const execution = await send(here, actor, "trap 'exit 9' TERM; echo begun; while :; do sleep 0.1; done");
    await inStatus(actor, execution, 'RUNNING');
    await eventually('it has begun', async () => (await logs(actor, execution)) !== '');
    expect(await there.delete(caller, actor)).toEqual({ complete: true });
    const gone = `No actor found with id: ${actor}.`;
    await expect(here.update(caller, actor, { ...settings, force: false })).rejects.toThrow(gone);
    await eventually('the other host has learnt it', () =>
      send(here, actor, 'late').then(
        () => false,
        (error: Error) => error.message === gone,
      ),
    );
  });

  it('is the deletion of an actor whose worker was never told: it goes all the same', async () => {
    const actor = await register();
    const store = await Store.connect(mongo.uri('pair'));
    try {
      await store.actors.delete(actorDbid(caller.tenant, actor));
      await eventually('its worker is gone', async () => {
        return (await store.workers.list(actorDbid(caller.tenant, actor))).length === 0;
      });
    } finally {
      await store.close();
    }
  });

  it('is an update: what is sent afterwards runs in the new image, and the old worker goes', async () => {
    const actor = await register();
    const [old] = await queries.workers(caller, actor);
    const running = await send(here, actor, 'sleep 1; echo old image');
    await inStatus(actor, running, 'RUNNING');
    const updated = await there.update(caller, actor, { ...settings, image: ECHO_IMAGE, force: false });
    expect(updated).toMatchObject({ revision: 2, status: 'SUBMITTED' });
    const executions = [await send(here, actor, 'one'), await send(there, actor, 'two')];
    await inStatus(actor, running, 'COMPLETE');
    expect(await logs(actor, running)).toBe('old image\n');
    for (const execution of executions) {
      await inStatus(actor, execution, 'COMPLETE');
      expect(await logs(actor, execution)).toContain('Contents of MSG: ');
    }
    await eventually('a worker of the new revision is the only one', async () => {
      const workers = await queries.workers(caller, actor);
      return workers.length === 1 && workers[0]?.id !== old?.id && workers[0]?.revision === 2;
    });
    expect((await queries.actor(caller, actor)).status).toBe('READY');
    await here.delete(caller, actor);
  });
});
