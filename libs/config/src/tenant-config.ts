import type { AbacoConfig, TenantConfig } from './abaco-config.js';

/** The options that hold for a tenant: its own (`tenants:`), and for the rest those of everybody. */
export function tenantConfig({ web, workers, quotas, tenants }: AbacoConfig, tenant: string): TenantConfig {
  const { default_token, log_ex, log_ex_limit } = web;
  const { max_run_time, message_format, network } = workers;
  const own = Object.hasOwn(tenants, tenant) ? tenants[tenant] : undefined;
  return { default_token, log_ex, log_ex_limit, max_run_time, message_format, network, ...quotas, ...own };
}
