import { tenantConfig } from '@abaco/config';
import type { ActorRecord } from '@abaco/store';
import type { RuntimeServices } from '../runtime-services.js';

/** How much of an execution's log is kept, and for how long. */
export interface LogLimits {
  readonly maxCharacters: number;
  /** Of what is stored now; null: never. */
  readonly expires: () => Date | null;
}

/** Contract 4.8; beyond the tenant's quota nothing is kept. */
export async function logLimits({ config, quotas }: RuntimeServices, actor: ActorRecord): Promise<LogLimits> {
  const { log_ex: standard, log_ex_limit: limit } = tenantConfig(config, actor.tenant);
  // no character has less than a byte
  const maxCharacters = Math.min(config.web.max_log_length, await quotas.logRoom(actor.tenant));
  const seconds = actor.log_ex === null ? standard : limit > 0 ? Math.min(actor.log_ex, limit) : actor.log_ex;
  return { maxCharacters, expires: () => (seconds < 0 ? null : new Date(Date.now() + seconds * 1000)) };
}
