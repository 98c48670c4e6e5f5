import { join } from 'node:path';
import { type AbacoConfig, mongoUri } from '@abaco/config';
import { EmbeddedBroker, EmbeddedMongo } from '@abaco/embedded';
import { createMailboxBroker } from '@abaco/mailbox';
import { type AbacoOptions, type Logger, moduleLogger } from '@abaco/runtime';
import { StartupError } from './startup-error.js';

/** Where the embedded store lies. */
export const storeDirectory = (dataDirectory: string): string => join(dataDirectory, 'store');

/** The key of the secrets in the embedded store, unless others are configured. */
export const secretKeyFile = (dataDirectory: string): string => join(dataDirectory, 'secrets.key');

/** @throws StartupError */
function requireSharedServices(config: AbacoConfig): void {
  const { roles } = config.general;
  if (roles.length > 1) return;
  const missing = [
    ...(mongoUri(config.store) === null ? ['store.mongo_uri (or store.mongo_host)'] : []),
    ...(config.rabbit.uri === '' ? ['rabbit.uri'] : []),
  ];
  if (missing.length === 0) return;
  throw new StartupError(
    `With general.roles "${roles.join(', ')}" the other role is in another process, which shares store and broker with this one. ` +
      `Set ${missing.join(' and ')}, or give this process both roles.`,
  );
}

/**
 * The servers that stand in for MongoDB and RabbitMQ when none are configured, in `general.data_dir`. They are reached like
 * the real ones, over Unix sockets.
 */
export class EmbeddedServices {
  private constructor(
    private readonly mongo: EmbeddedMongo | undefined,
    private readonly broker: EmbeddedBroker | undefined,
    private readonly dataDirectory: string,
  ) {}

  /** @throws StartupError when this process has only one of the roles: others could not reach what is embedded */
  static async start(config: AbacoConfig, dataDirectory: string, logger: Logger): Promise<EmbeddedServices> {
    requireSharedServices(config);
    const mongo =
      mongoUri(config.store) === null
        ? await EmbeddedMongo.start({
            directory: storeDirectory(dataDirectory),
            onBackgroundError: (error) =>
              moduleLogger(logger, 'store').warn({ err: error }, 'Background work of the embedded store failed'),
          })
        : undefined;
    try {
      const broker =
        config.rabbit.uri === '' ? await EmbeddedBroker.start({ directory: join(dataDirectory, 'broker') }) : undefined;
      return new EmbeddedServices(mongo, broker, dataDirectory);
    } catch (error) {
      await mongo?.close();
      throw error;
    }
  }

  /** What tells the runtime to use them. */
  options(config: AbacoConfig, logger: Logger): Pick<AbacoOptions, 'storeUri' | 'secretKeyFile' | 'broker'> {
    return {
      ...(this.mongo === undefined
        ? {}
        : { storeUri: this.mongo.uri(config.store.mongo_database), secretKeyFile: secretKeyFile(this.dataDirectory) }),
      ...(this.broker === undefined
        ? {}
        : {
            broker: createMailboxBroker({
              uri: this.broker.uri,
              flavor: 'embedded',
              logger: moduleLogger(logger, 'broker'),
            }),
          }),
    };
  }

  /** Which of the two run here, for the log. */
  get names(): string[] {
    return [...(this.mongo === undefined ? [] : ['store']), ...(this.broker === undefined ? [] : ['broker'])];
  }

  /** Call it when the runtime has closed its connections. */
  async close(): Promise<void> {
    await this.broker?.close();
    await this.mongo?.close();
  }
}
