import type { AbacoConfig, TenantConfig } from './abaco-config.js';
import { tenantOptions } from './schema.js';

/** Without the accounts of registries: those of a tenant and those of everybody go together. */
const names = Object.entries(tenantOptions).filter(([, section]) => section !== 'docker') as [
  keyof TenantConfig,
  'web' | 'spawner' | 'workers' | 'oauth' | 'quotas',
][];

/** The options that hold for a tenant: its own (`tenants:`), and for the rest those of everybody. */
export function tenantConfig(config: AbacoConfig, tenant: string): TenantConfig {
  const everybody = Object.fromEntries(
    names.map(([name, section]) => [name, (config[section] as Partial<TenantConfig>)[name]]),
  );
  return { ...(everybody as unknown as TenantConfig), ...ownTenantConfig(config, tenant) };
}

/** The options that a tenant has for itself. Those for mounts may name it in small letters, as the original does (contract 4.5). */
export function ownTenantConfig({ tenants }: Pick<AbacoConfig, 'tenants'>, tenant: string): Partial<TenantConfig> {
  const of = (name: string): Partial<TenantConfig> => (Object.hasOwn(tenants, name) ? tenants[name] : undefined) ?? {};
  const { global_mounts, privileged_mounts } = of(tenant.toLowerCase());
  return {
    ...(global_mounts && { global_mounts }),
    ...(privileged_mounts && { privileged_mounts }),
    ...of(tenant),
  };
}
