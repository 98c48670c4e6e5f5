import type { AbacoConfig } from '@abaco/config';
import { Operator } from '@abaco/runtime';
import { createLogger } from './logging/create-logger.js';
import { openStore } from './open-store.js';
import { executionsSummary } from './presenters/admin.presenter.js';
import type { Console } from './rotate-secrets.js';

/** How long `stop-workers` waits, milliseconds. */
const STOP_WITHIN_MS = 60_000;

/** The command `report`: what `GET /actors/admin/executions` sums up, as JSON. @throws AbacoError when the store cannot be used */
export function report(config: AbacoConfig, { stdout }: Console): Promise<0 | 1> {
  return withOperator(config, async (operator) => {
    const { all, existing } = await operator.report();
    stdout.write(`${JSON.stringify(executionsSummary(all, existing), null, 2)}\n`);
    return 0;
  });
}

/**
 * The command `stop-workers`.
 * @returns the exit code: 1 when workers are left after `waitMs`
 * @throws AbacoError when the store cannot be used
 */
export function stopWorkers(config: AbacoConfig, { stdout }: Console, waitMs = STOP_WITHIN_MS): Promise<0 | 1> {
  return withOperator(config, async (operator) => {
    const { told, removed, left } = await operator.stopWorkers(waitMs);
    stdout.write(
      `${told} workers told to stop, ${left} still finish their message; ${removed} records of hosts that are gone removed\n`,
    );
    return left === 0 ? 0 : 1;
  });
}

/**
 * The command `delete-clients`.
 * @returns the exit code: 1 when clients are left
 * @throws AbacoError when store or keys cannot be used
 */
export function deleteClients(config: AbacoConfig, { stdout, stderr }: Console): Promise<0 | 1> {
  // why one could not be deleted, below what the command says itself
  const logger = createLogger(config.logs, { write: (line: string) => void stderr.write(line) });
  return withOperator(
    config,
    async (operator) => {
      const { deleted, left } = await operator.deleteClients();
      stdout.write(`${deleted} OAuth clients deleted, ${left} left\n`);
      return left === 0 ? 0 : 1;
    },
    { logger },
  );
}

async function withOperator<Code extends 0 | 1>(
  config: AbacoConfig,
  work: (operator: Operator) => Promise<Code>,
  more: { logger?: ReturnType<typeof createLogger> } = {},
): Promise<Code> {
  const store = await openStore(config);
  try {
    const operator = await Operator.connect({ config, ...store.options, ...more });
    try {
      return await work(operator);
    } finally {
      await operator.close();
    }
  } finally {
    await store.close();
  }
}
