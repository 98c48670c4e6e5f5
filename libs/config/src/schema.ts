import type { AbacoConfig, SectionName, TenantAccounts, TenantConfig } from './abaco-config.js';
import type { Option, Options } from './option.js';
import { docker } from './sections/docker.js';
import { general } from './sections/general.js';
import { logs } from './sections/logs.js';
import { oauth } from './sections/oauth.js';
import { quotas } from './sections/quotas.js';
import { rabbit } from './sections/rabbit.js';
import { spawner } from './sections/spawner.js';
import { store } from './sections/store.js';
import { tas } from './sections/tas.js';
import { tokens } from './sections/tokens.js';
import { web } from './sections/web.js';
import { workers } from './sections/workers.js';

/** Every option by section and name: what {@link AbacoConfig} is made of. */
export const schema: { readonly [Section in SectionName]: Options<AbacoConfig[Section]> } = {
  general,
  logs,
  store,
  rabbit,
  docker,
  spawner,
  workers,
  tas,
  tokens,
  oauth,
  web,
  quotas,
};

/** An option with its names. */
export interface NamedOption {
  readonly section: string;
  readonly name: string;
  /** `web.port` */
  readonly key: string;
  readonly option: Option<unknown>;
}

/** All options in the order of the schema. */
export const allOptions: readonly NamedOption[] = Object.entries(schema).flatMap(([section, options]) =>
  Object.entries(options as Record<string, Option<unknown>>).map(([name, option]) => ({
    section,
    name,
    key: `${section}.${name}`,
    option,
  })),
);

const byKey = new Map(allOptions.map((named) => [named.key.toLowerCase(), named]));

/** Finds an option whatever the letter case of its names. */
export const findOption = (section: string, name: string): NamedOption | undefined =>
  byKey.get(`${section}.${name}`.toLowerCase());

/** Options that {@link TenantConfig} and {@link TenantAccounts} are made of. */
export const tenantOptions: Readonly<
  Record<keyof (TenantConfig & TenantAccounts), 'web' | 'docker' | 'spawner' | 'workers' | 'oauth' | 'quotas'>
> = {
  default_token: 'web',
  log_ex: 'web',
  log_ex_limit: 'web',
  webhook_secret: 'web',
  registries: 'docker',
  max_workers_per_actor: 'spawner',
  init_count: 'workers',
  autoscaling: 'workers',
  min_workers: 'workers',
  messages_per_worker: 'workers',
  scale_up_age: 'workers',
  scale_up_step: 'workers',
  scale_up_cooldown: 'workers',
  worker_ttl: 'workers',
  sync_max_idle_time: 'workers',
  max_run_time: 'workers',
  max_output_rate: 'workers',
  message_format: 'workers',
  network: 'workers',
  global_mounts: 'workers',
  privileged_mounts: 'workers',
  use_tas_uid: 'workers',
  actor_uid: 'workers',
  actor_gid: 'workers',
  actor_homedir: 'workers',
  generate_clients: 'workers',
  authorization_server: 'oauth',
  service_username: 'oauth',
  service_password: 'oauth',
  userstore_prefix: 'oauth',
  verify_tls: 'oauth',
  requests_per_second: 'quotas',
  request_burst: 'quotas',
  actors: 'quotas',
  workers: 'quotas',
  waiting_messages: 'quotas',
  log_bytes: 'quotas',
};

/** Names of the options that tenants can have for themselves. */
export const tenantOptionNames: readonly string[] = Object.keys(tenantOptions);

/** An option of a tenant. */
export interface TenantOption extends NamedOption {
  readonly tenant: string;
}

/**
 * Finds the option of a tenant by `tenants.TENANT_option`, or as the original spells it: `web.TENANT_log_ex` (contract 6.2).
 * Tenants have no underscores. The letter case of tenants counts.
 */
export function findTenantOption(section: string, name: string): TenantOption | undefined {
  const [, tenant = '', optionName = ''] = /^([A-Za-z0-9.-]+)_(.+)$/.exec(name) ?? [];
  const entry = Object.entries(tenantOptions).find(([known]) => known === optionName.toLowerCase());
  if (entry === undefined || !['tenants', entry[1]].includes(section.toLowerCase())) return undefined;
  const named = findOption(entry[1], entry[0]);
  return named && { ...named, tenant, key: `tenants.${tenant}.${entry[0]}` };
}
