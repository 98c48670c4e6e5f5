import { createServer } from 'node:net';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { AbacoConfig } from '@abaco/config';
import { type AbacoOptions, type Logger, moduleLogger, silentLogger } from '@abaco/runtime';
import { actorTokensOf } from './actor-tokens.js';
import { applicationOptions, configureApplication, createAdapter } from './application.js';
import { DataDirectory } from './data-directory.js';
import { EmbeddedServices } from './embedded-services.js';
import { explainStartupError } from './explain-startup-error.js';
import { NestLogger } from './logging/nest-logger.js';
import { ServerModule } from './server.module.js';

/** A server that listens. */
export interface RunningServer {
  /** Where it listens, with the port that was chosen when `web.port` is 0. */
  readonly url: string;
  /** Which of store and broker run inside the process. */
  readonly embedded: readonly string[];
  /** Takes no more requests, drains the runtime and closes everything. Calling it again waits for the same end. */
  close(): Promise<void>;
}

/** Steps that undo what was started, run last first; each runs even when another fails. */
class Undo {
  private readonly steps: (() => void | Promise<void>)[] = [];
  private running: Promise<void> | undefined;

  push(step: () => void | Promise<void>): void {
    this.steps.push(step);
  }

  run(): Promise<void> {
    return (this.running ??= this.runAll());
  }

  private async runAll(): Promise<void> {
    const errors: unknown[] = [];
    for (const step of this.steps.toReversed()) {
      try {
        await step();
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0)
      throw errors.length === 1 ? errors[0] : new AggregateError(errors, 'The server did not close cleanly');
  }
}

/** What a program adds that starts the server itself: functions for its actors, an engine. By default there are no functions. */
export type ServerAdditions = Pick<AbacoOptions, 'functions' | 'engine'>;

/**
 * Starts a whole server in this process: embedded store and broker when none are configured, runtime, REST service.
 * @throws AbacoError that says how to get on, when a part cannot start; everything that was started is closed again
 */
export async function startServer(
  config: AbacoConfig,
  logger: Logger = silentLogger,
  additions: ServerAdditions = {},
): Promise<RunningServer> {
  const undo = new Undo();
  try {
    await requirePort(config.web);
    const directory = DataDirectory.open(config.general.data_dir);
    undo.push(() => directory.close());
    const embedded = await EmbeddedServices.start(config, directory.path, logger);
    undo.push(() => embedded.close());
    const actorTokens = actorTokensOf(config, directory.path);
    const module = ServerModule.forRoot({
      ...additions,
      config,
      logger,
      ...embedded.options(config, logger),
      ...(actorTokens ? { actorTokens } : {}),
    });
    const app = await NestFactory.create<NestFastifyApplication>(module, createAdapter(config), {
      ...applicationOptions,
      logger: new NestLogger(moduleLogger(logger, 'http')),
    });
    undo.push(() => app.close());
    configureApplication(app, config, logger);
    await app.listen(config.web.port, config.web.host);
    return { url: await app.getUrl(), embedded: embedded.names, close: () => undo.run() };
  } catch (error) {
    await undo.run().catch((closing: unknown) => logger.warn({ err: closing }, 'Not everything could be closed'));
    throw explainStartupError(error, config);
  }
}

/** Finds out early that the port is taken: the runtime must not touch the containers of another server before that. */
async function requirePort({ port, host }: AbacoConfig['web']): Promise<void> {
  const probe = createServer();
  await new Promise<void>((resolve, reject) => {
    probe.once('error', reject).listen(port, host, () => probe.close(() => resolve()));
  });
}
