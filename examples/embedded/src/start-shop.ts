import { join } from 'node:path';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { loadConfig } from '@abaco/config';
import { EmbeddedBroker, EmbeddedMongo } from '@abaco/embedded';
import { createMailboxBroker } from '@abaco/mailbox';
import { ShopModule } from './shop.module.js';

export interface RunningShop {
  readonly url: string;
  /** Lets running functions end, then closes everything. */
  close(): Promise<void>;
}

/** The shop with its own store and broker in `directory`. With MongoDB and RabbitMQ, name them in the configuration instead. */
export async function startShop(directory: string, port: number): Promise<RunningShop> {
  const mongo = await EmbeddedMongo.start({ directory: join(directory, 'store') });
  const broker = await EmbeddedBroker.start({ directory: join(directory, 'broker') });
  const shop = ShopModule.forRoot({
    config: loadConfig({ env: {}, overrides: { general: { data_dir: directory }, spawner: { host_id: 'shop' } } }),
    storeUri: mongo.uri('shop'),
    broker: createMailboxBroker({ uri: broker.uri, flavor: 'embedded' }),
  });
  const app = await NestFactory.create<NestFastifyApplication>(shop, new FastifyAdapter(), {
    logger: ['error', 'warn'],
  });
  await app.listen(port, '127.0.0.1');
  return {
    url: await app.getUrl(),
    close: async () => {
      await app.close();
      await broker.close();
      await mongo.close();
    },
  };
}
