import { type AbacoConfig, loadConfig } from '@abaco/config';
import { startServer } from './bootstrap.js';
import type { Task } from './command-line.js';
import { createLogger } from './logging/create-logger.js';
import { deleteClients, report, stopWorkers } from './maintenance.js';
import { type Console, rotateSecrets } from './rotate-secrets.js';

/** Resolves to the exit code. */
type Action = (config: AbacoConfig, console: Console) => Promise<0 | 1>;

const actions: Readonly<Record<Task['action'], Action>> = {
  start,
  'rotate-secrets': rotateSecrets,
  report,
  'stop-workers': stopWorkers,
  'delete-clients': deleteClients,
};

/**
 * Does what the command line asks for, as this process: reads the environment, and writes to the process's streams.
 * @returns the exit code
 * @throws AbacoError that says how to get on
 */
export async function runTask({ action, configFile }: Task): Promise<0 | 1> {
  const config = loadConfig({ env: process.env, ...(configFile === undefined ? {} : { file: configFile }) });
  return actions[action](config, process);
}

async function start(config: AbacoConfig): Promise<0 | 1> {
  const logger = createLogger(config.logs);
  process.on('uncaughtExceptionMonitor', (error) => logger.fatal({ err: error }, 'Unexpected error'));
  const signal = firstSignal();
  const server = await Promise.race([startServer(config, logger), signal]);
  if (typeof server === 'string') return 0; // no request was accepted, and a start can be broken off anywhere
  const embedded = server.embedded.length === 0 ? '' : ` (embedded: ${server.embedded.join(', ')})`;
  const { data_dir } = config.general;
  process.stdout.write(`Abaco listens on ${server.url}, docs at ${server.url}/docs, data in ${data_dir}${embedded}\n`);
  logger.info({ signal: await signal }, 'Draining');
  await server.close();
  logger.info({}, 'Stopped');
  return 0;
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
