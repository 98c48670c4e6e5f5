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
import { createMailboxBroker, type MailboxBroker } from '@abaco/mailbox';
import { AbacoModule, ActorCommands, ActorQueries, describeActor } from '@abaco/runtime';
import { removeContainersOfHost } from '../support/docker-cli.js';
import { eventually } from '../support/eventually.js';
import { buildTestImages, SHELL_IMAGE } from '../support/images.js';

const caller: Caller = { tenant: 'BUSY' as TenantId, user: 'jdoe', roles: ['ALL'], apiServer: 'https://busy.test' };
const QUEUE = 'later';
/** `spawner.max_cmd_length` */
const LIMIT = 2;
const ACTORS = 4;
/** Of each actor: so many workers it wants at once. */
const MESSAGES = 5;
/** More than a process waits for a worker before it asks again, milliseconds. */
const WATCHED_MS = 6_000;

describe('the command channel of a queue that no host serves yet', () => {
  const hostId = `later-${randomUUID().slice(0, 8)}`;
  let directory: string;
  let mongo: EmbeddedMongo;
  let server: EmbeddedBroker;
  let broker: MailboxBroker;
  let api: INestApplicationContext;
  const apps: INestApplicationContext[] = [];

  const start = async (name: string, overrides: ConfigOverrides): Promise<INestApplicationContext> => {
    const general = { data_dir: join(directory, name), ...overrides.general };
    const app = await NestFactory.createApplicationContext(
      AbacoModule.forRoot({
        config: loadConfig({ env: {}, overrides: { ...overrides, general } }),
        storeUri: mongo.uri('busy'),
        broker: createMailboxBroker({ uri: server.uri, flavor: 'embedded' }),
      }),
      { logger: false },
    );
    apps.push(app);
    return app;
  };

  beforeAll(async () => {
    await buildTestImages();
    directory = await mkdtemp(join(tmpdir(), 'abaco-commands-'));
    mongo = await EmbeddedMongo.start({ directory: join(directory, 'store') });
    server = await EmbeddedBroker.start({ directory: join(directory, 'broker') });
    broker = createMailboxBroker({ uri: server.uri, flavor: 'embedded' });
    await broker.open();
    api = await start('api', { general: { roles: ['api'] }, spawner: { max_cmd_length: LIMIT } });
  }, 120_000);

  afterAll(async () => {
    for (const app of apps.toReversed()) await app.close();
    await removeContainersOfHost(hostId);
    await broker.close();
    await server.close();
    await mongo.close();
    await rm(directory, { recursive: true, force: true });
  });

  it('takes the first request of each actor, few of those for more, and each message runs when a host comes', async () => {
    const commands = api.get(ActorCommands);
    const executions: [ActorId, ExecutionId][] = [];
    for (let actor = 0; actor < ACTORS; actor++) {
      const { id } = await commands.register(caller, describeActor({ image: SHELL_IMAGE, queue: QUEUE }));
      for (let message = 0; message < MESSAGES; message++) {
        const content = { kind: 'text', text: 'true' } as const;
        const { execution } = await commands.send(caller, id, { content, contentType: 'str', environment: {} });
        executions.push([id, execution]);
      }
    }
    const depths: number[] = [];
    const watchedUntil = performance.now() + WATCHED_MS;
    await eventually('the channel has been watched long enough', async () => {
      depths.push(await broker.depth(`command_channel_${QUEUE}`));
      return performance.now() > watchedUntil;
    });
    expect(Math.max(...depths)).toBeGreaterThanOrEqual(ACTORS);
    // an actor that still has no worker asks again after five seconds
    expect(Math.max(...depths)).toBeLessThanOrEqual(2 * ACTORS + LIMIT);

    await start('host', { general: { roles: ['compute'] }, spawner: { host_id: hostId, host_queues: [QUEUE] } });
    const queries = api.get(ActorQueries);
    for (const [actor, execution] of executions) {
      await eventually(
        'the message has run',
        async () => (await queries.execution(caller, actor, execution)).status === 'COMPLETE',
      );
    }
    await eventually('no command waits', async () => (await broker.depth(`command_channel_${QUEUE}`)) === 0);
    for (const actor of new Set(executions.map(([id]) => id))) await commands.delete(caller, actor);
  }, 120_000);
});
