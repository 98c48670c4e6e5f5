import { AbacoError } from '@abaco/contract';
import { type AbacoConfig, loadConfig } from '@abaco/config';
import { startServer } from './bootstrap.js';
import { packageVersion, parseCommandLine, usageOf } from './command-line.js';
import { createLogger } from './logging/create-logger.js';
import { deleteClients, report, stopWorkers } from './maintenance.js';
import { rotateSecrets } from './rotate-secrets.js';

/** What an error keeps the process from. */
let purpose = 'start';

async function main(): Promise<void> {
  const command = parseCommandLine(process.argv.slice(2));
  switch (command.action) {
    case 'help':
      return void process.stdout.write(usageOf(command.command));
    case 'version':
      return void process.stdout.write(`${packageVersion()}\n`);
    case 'start':
      return start(configOf(command.configFile));
    case 'rotate-secrets':
      purpose = 'rotate secrets';
      process.exitCode = await rotateSecrets(configOf(command.configFile), process);
      return;
    case 'report':
      purpose = 'report';
      process.exitCode = await report(configOf(command.configFile), process);
      return;
    case 'stop-workers':
      purpose = 'stop workers';
      process.exitCode = await stopWorkers(configOf(command.configFile), process);
      return;
    case 'delete-clients':
      purpose = 'delete clients';
      process.exitCode = await deleteClients(configOf(command.configFile), process);
      return;
  }
}

const configOf = (file: string | undefined): AbacoConfig =>
  loadConfig({ env: process.env, ...(file === undefined ? {} : { file }) });

async function start(config: AbacoConfig): Promise<void> {
  const logger = createLogger(config.logs);
  process.on('uncaughtExceptionMonitor', (error) => logger.fatal({ err: error }, 'Unexpected error'));
  const signal = firstSignal();
  const server = await Promise.race([startServer(config, logger), signal]);
  if (typeof server === 'string') return; // no request was accepted, and a start can be broken off anywhere
  const embedded = server.embedded.length === 0 ? '' : ` (embedded: ${server.embedded.join(', ')})`;
  const { data_dir } = config.general;
  process.stdout.write(`Abaco listens on ${server.url}, docs at ${server.url}/docs, data in ${data_dir}${embedded}\n`);
  logger.info({ signal: await signal }, 'Draining');
  await server.close();
  logger.info({}, 'Stopped');
}

/** SIGTERM or SIGINT, whichever comes first. A second one ends the process at once. */
function firstSignal(): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.once(signal, () => {
        process.once(signal, () => process.exit(1));
        resolve(signal);
      });
    }
  });
}

/** One line that tells the operator how to get on; the stack only for what nobody foresaw. */
function explain(error: unknown): string {
  if (error instanceof AbacoError) return `Abaco cannot ${purpose}: ${error.message}`;
  return `Abaco failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
}

main().then(
  () => process.exit(),
  (error: unknown) => {
    process.stderr.write(`${explain(error)}\n`);
    process.exit(1);
  },
);
