import type { DockerConfig } from './sections/docker.js';
import type { GeneralConfig } from './sections/general.js';
import type { LogsConfig } from './sections/logs.js';
import type { OAuthConfig } from './sections/oauth.js';
import type { QuotasConfig } from './sections/quotas.js';
import type { RabbitConfig } from './sections/rabbit.js';
import type { SpawnerConfig } from './sections/spawner.js';
import type { StoreConfig } from './sections/store.js';
import type { TasConfig } from './sections/tas.js';
import type { TokensConfig } from './sections/tokens.js';
import type { WebConfig } from './sections/web.js';
import type { WorkersConfig } from './sections/workers.js';

/**
 * The whole configuration, validated. Sections and option names are those that operators of Abaco know. The type of a section lies
 * beside its options; config/default.yaml documents each option with its default and unit.
 */
export interface AbacoConfig {
  readonly general: GeneralConfig;
  readonly logs: LogsConfig;
  readonly store: StoreConfig;
  readonly rabbit: RabbitConfig;
  readonly docker: DockerConfig;
  readonly spawner: SpawnerConfig;
  readonly workers: WorkersConfig;
  readonly tas: TasConfig;
  readonly tokens: TokensConfig;
  readonly oauth: OAuthConfig;
  readonly web: WebConfig;
  readonly quotas: QuotasConfig;
  /** What single tenants have instead, by tenant; {@link tenantConfig} looks it up. Default none. */
  readonly tenants: Readonly<Record<string, Partial<TenantConfig & TenantAccounts>>>;
}

/** The options that can be different for a tenant. */
export type TenantConfig = Pick<WebConfig, 'default_token' | 'log_ex' | 'log_ex_limit' | 'webhook_secret'> &
  Pick<SpawnerConfig, 'max_workers_per_actor'> &
  Pick<
    WorkersConfig,
    | 'init_count'
    | 'autoscaling'
    | 'min_workers'
    | 'messages_per_worker'
    | 'scale_up_age'
    | 'scale_up_step'
    | 'scale_up_cooldown'
    | 'worker_ttl'
    | 'sync_max_idle_time'
    | 'max_run_time'
    | 'max_output_rate'
    | 'message_format'
    | 'network'
    | 'global_mounts'
    | 'privileged_mounts'
    | 'use_tas_uid'
    | 'actor_uid'
    | 'actor_gid'
    | 'actor_homedir'
    | 'generate_clients'
  > &
  Pick<
    OAuthConfig,
    'authorization_server' | 'service_username' | 'service_password' | 'userstore_prefix' | 'verify_tls'
  > &
  QuotasConfig;

/** Accounts that a tenant has for itself: for their registries they stand in for those of the instance. */
export type TenantAccounts = Pick<DockerConfig, 'registries'>;

/** The sections that hold options themselves. */
export type SectionName = Exclude<keyof AbacoConfig, 'tenants'>;
