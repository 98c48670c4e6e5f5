import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Injectable, Module, type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { Caller } from '@abaco/access';
import { loadConfig } from '@abaco/config';
import type { ActorId, ExecutionId, TenantId } from '@abaco/contract';
import { EmbeddedBroker, EmbeddedMongo } from '@abaco/embedded';
import { createMailboxBroker } from '@abaco/mailbox';
import {
  AbacoFunction,
  AbacoModule,
  ActorCommands,
  ActorQueries,
  describeActor,
  functionImage,
  InvalidFunctionActor,
  type FunctionContext,
} from '@abaco/runtime';
import { eventually } from '../support/eventually.js';

const caller: Caller = { tenant: 'SHOP' as TenantId, user: 'orders', roles: ['ALL'], apiServer: 'https://shop.test' };

const description = describeActor({ image: functionImage('price') });

@Injectable()
class Rates {
  readonly euro = 2;
}

/** Providers of some other application whose methods are functions. */
@Injectable()
class Prices {
  readonly attempts: number[] = [];
  /** While it is set, `slow` does not end, whatever it is told. */
  stuck = true;
  /** Lets a `count` that is running set its state. */
  goOn: (() => void) | undefined;

  constructor(private readonly rates: Rates) {}

  @AbacoFunction('price')
  price({ message }: FunctionContext): number {
    if (message.kind !== 'json') throw new TypeError('Send the price as JSON.');
    return (message.value as { euro: number }).euro * this.rates.euro;
  }

  @AbacoFunction('slow')
  async slow({ attempt }: FunctionContext): Promise<string> {
    this.attempts.push(attempt);
    if (this.stuck) await new Promise(() => undefined);
    return 'done';
  }

  @AbacoFunction('count')
  async count({ state, setState }: FunctionContext): Promise<void> {
    await new Promise<void>((resolve) => (this.goOn = resolve));
    const { count = 0 } = state as { count?: number };
    await setState({ count: count + 1 });
  }
}

@Module({ providers: [Rates, Prices] })
class ShopModule {}

describe('functions of an application that embeds the runtime', () => {
  const hostId = `functions-${randomUUID().slice(0, 8)}`;
  let directory: string;
  let mongo: EmbeddedMongo;
  let broker: EmbeddedBroker;
  let app: INestApplicationContext | undefined;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'abaco-functions-'));
    mongo = await EmbeddedMongo.start({ directory: join(directory, 'store') });
    broker = await EmbeddedBroker.start({ directory: join(directory, 'broker') });
  });
  afterEach(async () => {
    await app?.close();
    app = undefined;
  });
  afterAll(async () => {
    await broker.close();
    await mongo.close();
    await rm(directory, { recursive: true, force: true });
  });

  const start = async (functions = {}): Promise<INestApplicationContext> => {
    const runtime = AbacoModule.forRoot({
      config: loadConfig({ env: {}, overrides: { general: { data_dir: directory }, spawner: { host_id: hostId } } }),
      storeUri: mongo.uri('shop'),
      broker: createMailboxBroker({ uri: broker.uri, flavor: 'embedded' }),
      engine: 'none',
      functions,
    });
    app = await NestFactory.createApplicationContext(
      { module: ShopModule, imports: [runtime] },
      { logger: false, abortOnError: false },
    );
    return app;
  };
  const send = async (app: INestApplicationContext, actor: ActorId, json: string): Promise<ExecutionId> => {
    const content = { kind: 'json', text: json } as const;
    const message = { content, contentType: 'application/json', environment: {} } as const;
    return (await app.get(ActorCommands).send(caller, actor, message)).execution;
  };
  const completed = (app: INestApplicationContext, actor: ActorId, execution: ExecutionId) =>
    eventually('the execution is complete', async () => {
      const record = await app.get(ActorQueries).execution(caller, actor, execution);
      return record.status === 'COMPLETE' && record;
    });
  const resultOf = async (app: INestApplicationContext, actor: ActorId, execution: ExecutionId): Promise<string> =>
    (await app.get(ActorQueries).nextResult(caller, actor, execution)).toString();

  it('are methods of its providers, or given with the options', async () => {
    const app = await start({ answer: () => '42' });
    const commands = app.get(ActorCommands);
    const [price, answer] = await Promise.all([
      commands.register(caller, description),
      commands.register(caller, { ...description, image: functionImage('answer') }),
    ]);
    const priced = await send(app, price.id, '{"euro": 21}');
    const answered = await send(app, answer.id, 'null');
    await Promise.all([completed(app, price.id, priced), completed(app, answer.id, answered)]);
    expect(await resultOf(app, price.id, priced)).toBe('42');
    expect(await resultOf(app, answer.id, answered)).toBe('42');
  });

  it('are refused what only a container can have', async () => {
    const app = await start();
    const limited = { ...description, mem_limit: '1g' };
    await expect(app.get(ActorCommands).register(caller, limited)).rejects.toThrow(InvalidFunctionActor);
  });

  it('must have different names', async () => {
    await expect(start({ price: () => '0' })).rejects.toThrow('Function "price" cannot be registered: there is one');
  });

  it('that run while the process stops still set the state of their actor', async () => {
    const first = await start();
    const { commands, prices } = { commands: first.get(ActorCommands), prices: first.get(Prices) };
    const counter = { ...description, image: functionImage('count'), stateless: false };
    const [{ id }, other] = await Promise.all([
      commands.register(caller, counter),
      commands.register(caller, description),
    ]);
    const execution = await send(first, id, 'null');
    await eventually('it runs', () => prices.goOn !== undefined);
    const closed = first.close();
    await eventually('the process takes no more messages', () =>
      send(first, other.id, '{"euro": 1}').then(
        () => false,
        () => true,
      ),
    );
    prices.goOn?.();
    await closed;

    const second = await start();
    expect(await completed(second, id, execution)).toMatchObject({ exit_code: 0, attempt: 1 });
    expect((await second.get(ActorQueries).actor(caller, id)).state).toEqual({ count: 1 });
  });

  it('run again after a restart of the process that they did not outlive', async () => {
    const first = await start();
    const { id } = await first.get(ActorCommands).register(caller, { ...description, image: functionImage('slow') });
    const execution = await send(first, id, 'null');
    await eventually('it runs', () => first.get(Prices).attempts.length === 1);
    await first.close();

    const second = await start();
    const prices = second.get(Prices);
    prices.stuck = false;
    const record = await completed(second, id, execution);
    expect(record).toMatchObject({ attempt: 2, exit_code: 0 });
    expect(prices.attempts).toEqual([2]);
    expect(await resultOf(second, id, execution)).toBe('done');
  });
});
