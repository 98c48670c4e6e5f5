import { type AbacoConfig, tenantConfig } from '@abaco/config';
import type { ActorRecord } from '@abaco/store';

/** Seconds that an execution of an actor may run: what the actor says, within what its tenant may; -1: unlimited. */
export function runTimeLimit(
  config: AbacoConfig,
  { tenant, max_run_time: own }: Pick<ActorRecord, 'tenant' | 'max_run_time'>,
): number {
  const { max_run_time: most } = tenantConfig(config, tenant);
  if (own === null) return most;
  return most < 0 ? own : Math.min(own, most);
}

/**
 * Milliseconds that a container may go on which another process started, as far as the clocks tell: where they were set back
 * meanwhile, it gets no more than the whole time once more. @param limit seconds
 */
export const runTimeLeft = (startedAt: Date, limit: number): number =>
  Math.min(Math.max(0, startedAt.getTime() + limit * 1000 - Date.now()), limit * 1000);
