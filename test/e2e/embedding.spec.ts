import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { Injectable, Module, type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { Caller } from '@abaco/access';
import { loadConfig } from '@abaco/config';
import { executionDbid, type TenantId } from '@abaco/contract';
import { EmbeddedBroker, EmbeddedMongo } from '@abaco/embedded';
import { createMailboxBroker } from '@abaco/mailbox';
import { AbacoModule, ActorCommands, ActorQueries, describeActor } from '@abaco/runtime';
import { BodyMissing, Store } from '@abaco/store';
import { eventually } from '../support/eventually.js';
import { SHELL_IMAGE, buildTestImages } from '../support/images.js';

const caller: Caller = { tenant: 'SHOP' as TenantId, user: 'orders', roles: ['ALL'], apiServer: 'https://shop.test' };

const description = describeActor({ image: SHELL_IMAGE, name: 'invoices', default_environment: { CURRENCY: 'EUR' } });

/** A provider of some other application that runs its work in containers. */
@Injectable()
class Invoices {
  constructor(
    private readonly commands: ActorCommands,
    private readonly queries: ActorQueries,
  ) {}

  async write(order: string): Promise<string> {
    const { id } = await this.commands.register(caller, description);
    const { execution } = await this.commands.send(caller, id, {
      content: { kind: 'text', text: `echo "Invoice of ${order} in $CURRENCY"` },
      contentType: 'str',
      environment: {},
    });
    await eventually('the invoice is written', async () => {
      const { status } = await this.queries.execution(caller, id, execution);
      return status === 'COMPLETE';
    });
    const { logs } = await this.queries.logs(caller, id, execution);
    await this.commands.delete(caller, id);
    return logs;
  }
}

@Module({ providers: [Invoices] })
class InvoicesModule {}

describe('the runtime in another application', () => {
  let directory: string;
  let mongo: EmbeddedMongo;
  let broker: EmbeddedBroker;
  let app: INestApplicationContext | undefined;

  beforeAll(async () => {
    await buildTestImages();
    directory = await mkdtemp(join(tmpdir(), 'abaco-embed-'));
    mongo = await EmbeddedMongo.start({ directory: join(directory, 'store') });
    broker = await EmbeddedBroker.start({ directory: join(directory, 'broker') });
  });
  afterEach(() => app?.close());
  afterAll(async () => {
    await broker.close();
    await mongo.close();
    await rm(directory, { recursive: true, force: true });
  });

  const options = () => ({
    config: loadConfig({
      env: {},
      overrides: { general: { data_dir: directory }, spawner: { host_id: `embed-${randomUUID().slice(0, 8)}` } },
    }),
    storeUri: mongo.uri('shop'),
    broker: createMailboxBroker({ uri: broker.uri, flavor: 'embedded' }),
  });

  it('runs containers for a provider that injects it, with forRoot', async () => {
    app = await NestFactory.createApplicationContext(
      { module: InvoicesModule, imports: [AbacoModule.forRoot(options())] },
      { logger: false },
    );
    expect(await app.get(Invoices).write('A-1')).toBe('Invoice of A-1 in EUR\n');
  });

  it('takes its options from a factory, with forRootAsync', async () => {
    app = await NestFactory.createApplicationContext(
      {
        module: InvoicesModule,
        imports: [AbacoModule.forRootAsync({ useFactory: () => Promise.resolve(options()) })],
      },
      { logger: false },
    );
    expect(await app.get(Invoices).write('A-2')).toBe('Invoice of A-2 in EUR\n');
  });

  it('drops waiting messages with their bodies when the mailbox is purged', async () => {
    app = await NestFactory.createApplicationContext(
      { module: InvoicesModule, imports: [AbacoModule.forRoot(options())] },
      { logger: false },
    );
    const [commands, queries] = [app.get(ActorCommands), app.get(ActorQueries)];
    const { id, _id } = await commands.register(caller, { ...description, image: 'abaco/no-such-image:1' });
    const { execution } = await commands.send(caller, id, {
      content: { kind: 'binary', body: Readable.from([Buffer.alloc(100_000)]) },
      contentType: 'application/octet-stream',
      environment: {},
    });
    const store = await Store.connect(mongo.uri('shop'));
    try {
      const dbid = executionDbid(_id, execution);
      expect(await store.bodies.read(dbid)).toHaveLength(100_000);
      expect(await commands.purge(caller, id)).toEqual({ dropped: 1, owner: 'orders' });
      expect((await queries.execution(caller, id, execution)).status).toBe('ERROR');
      expect((await queries.countMessages(caller, id)).messages).toBe(0);
      await expect(store.bodies.read(dbid)).rejects.toThrow(BodyMissing);
    } finally {
      await store.close();
    }
    await commands.delete(caller, id);
  });

  it('says what is missing when neither options nor configuration name a store', async () => {
    const { storeUri: _, ...rest } = options();
    await expect(
      NestFactory.createApplicationContext(
        { module: InvoicesModule, imports: [AbacoModule.forRoot(rest)] },
        { logger: false, abortOnError: false },
      ),
    ).rejects.toThrow(/store\.mongo_host/);
  });
});
