/** `api`: answers requests. `compute`: runs workers, with a container engine of its own. */
export type Role = 'api' | 'compute';

/**
 * The whole configuration, validated. Sections and option names are those that operators of Abaco know; config/default.yaml
 * documents each option with its default and unit.
 */
export interface AbacoConfig {
  readonly general: {
    /** `version` in every response. Default `1.0`; environment `service_TAG` wins. */
    readonly TAG: string;
    /** Directory of everything that must survive a restart. Default `.abaco`. */
    readonly data_dir: string;
    /** What this process does. Default both. */
    readonly roles: readonly Role[];
  };
  readonly logs: {
    /** CRITICAL, ERROR, WARNING, INFO or DEBUG. Default INFO. */
    readonly level: 'CRITICAL' | 'ERROR' | 'WARNING' | 'INFO' | 'DEBUG';
    /** `json` (default) or `pretty`. */
    readonly format: 'json' | 'pretty';
    /** `off` (default), `log`, or the path of a file. */
    readonly audit: string;
  };
  readonly store: {
    /** Empty (default) = the embedded store in `data_dir`. */
    readonly mongo_host: string;
    readonly mongo_port: number;
    readonly mongo_user: string;
    readonly mongo_password: string;
    /** Wins over host and port: a complete `mongodb://` URL. */
    readonly mongo_uri: string;
    readonly mongo_database: string;
  };
  readonly rabbit: {
    /** Empty (default) = the embedded broker in `data_dir`; else `amqp://user:password@host:5672`. */
    readonly uri: string;
    /** `rabbitmq3` (AMQP 1.0 plugin) or `rabbitmq4`. Default `rabbitmq4`. */
    readonly flavor: 'rabbitmq3' | 'rabbitmq4';
    /** `http://user:password@host:15672`; needed by rabbitmq3 to count, purge and delete queues. */
    readonly management_uri: string;
  };
  readonly docker: {
    /** Engine URL. Empty (default) = `DOCKER_HOST`, else the Docker socket, else a Podman socket. */
    readonly dd: string;
    readonly pull_policy: 'always' | 'if-not-present' | 'never';
    /** Attempts to fetch an image whose registry does not answer, breaks off or limits the rate. Default 4. */
    readonly pull_attempts: number;
    /** Seconds before the second of them; doubled each time, up to a minute. Default 1. */
    readonly pull_retry_delay: number;
    /** `host=user:password`, or paths of files with such lines. Default none. */
    readonly registries: readonly string[];
    /** Seconds that an image which was fetched stays without being used; -1 (default): for ever. */
    readonly image_max_age: number;
    /** Bytes of the images that were fetched; -1 (default): no limit. */
    readonly image_max_bytes: number;
  };
  readonly spawner: {
    readonly host_id: string;
    readonly host_ip: string;
    /** Queues whose actors run on this host. Default `default`. */
    readonly host_queues: readonly string[];
    /** Requests for workers that may wait in the command channel of a queue. Default 10. */
    readonly max_cmd_length: number;
    /** Default 20. */
    readonly max_workers_per_host: number;
    /** Default 6. */
    readonly max_workers_per_actor: number;
  };
  readonly workers: {
    /** Workers that are started at registration. Default 1. */
    readonly init_count: number;
    /** More workers while messages wait. Default true. */
    readonly autoscaling: boolean;
    /** Workers of each actor that stay although nothing waits. Default 0. */
    readonly min_workers: number;
    /** Messages for each of which there is one worker. Default 1. */
    readonly messages_per_worker: number;
    /** Seconds that the oldest message waits before there are more workers than one. Default 0. */
    readonly scale_up_age: number;
    /** Workers that are added at a time; -1 (default): all that are wanted. */
    readonly scale_up_step: number;
    /** Seconds between two additions. Default 0. */
    readonly scale_up_cooldown: number;
    /** Seconds; -1 = unlimited. Actors may ask for less. Default -1. */
    readonly max_run_time: number;
    /** Docker memory syntax or -1. Default -1. */
    readonly mem_limit: string;
    /** nano-CPUs or -1. Default -1. */
    readonly max_cpus: number;
    /** Seconds that an idle worker lives; -1 = for ever. Default 600. */
    readonly worker_ttl: number;
    /** Seconds that one idle worker of an actor with the hint `sync` lives, if longer than `worker_ttl`. Default 600. */
    readonly sync_max_idle_time: number;
    /** Seconds before an actor in ERROR is tried again, doubled each time; -1 = never. Default 30. */
    readonly error_retry_delay: number;
    /** Seconds that these pauses grow to. Default 900. */
    readonly error_retry_max_delay: number;
    /** Default false. */
    readonly leave_containers: boolean;
    /** Default `<data_dir>/sockets`. */
    readonly socket_host_path_dir: string;
    /** Default `<data_dir>/fifos`. */
    readonly fifo_host_path_dir: string;
    /** Network of actor containers: bridge (default), none or host. Actors may ask for less. */
    readonly network: NetworkMode;
    /** How JSON is handed to containers of actors that do not say it. Default python. */
    readonly message_format: MessageFormat;
    /** Linux capabilities of containers, without `CAP_`; those of privileged actors have all. */
    readonly capabilities: readonly string[];
    /** Programs in containers cannot gain privileges by setuid files. Default true. */
    readonly no_new_privileges: boolean;
    /** Whether the engine's init is process 1 of containers of actors that do not say it. Default false. */
    readonly init: boolean;
    /** `<host path>:<container path>:<ro|rw>`, with tokens; what containers get. Default none. */
    readonly global_mounts: readonly string[];
    /** The same for containers of privileged actors, in addition. Default none. */
    readonly privileged_mounts: readonly string[];
    /** Whether the directory service says as whom containers run. Default false. */
    readonly use_tas_uid: boolean;
    /** User and group of containers, numbers; empty (default): the image's own. */
    readonly actor_uid: string;
    readonly actor_gid: string;
    /** What `{tasdir}` in mounts stands for then. */
    readonly actor_homedir: string;
    /** Seconds that running executions have to end at SIGTERM. Default 12. */
    readonly drain_seconds: number;
    /** Seconds that a worker's claim on an execution lasts without renewal. Default 30. */
    readonly lease_seconds: number;
    /** Takes of one message before it goes to ERROR. Default 5. */
    readonly max_attempts: number;
    /** Seconds after which a dead letter is forgotten; -1: never. Default 1,209,600 (14 days). */
    readonly dead_letter_ex: number;
    /** Each worker of an actor with `token` gets a client of the authorization server. Default false. */
    readonly generate_clients: boolean;
  };
  /** The directory service of `workers.use_tas_uid`. */
  readonly tas: {
    /** Base URL. */
    readonly url: string;
    readonly account: string;
    readonly password: string;
    /** Group of users whose profile names none; empty (default): the number of the user. */
    readonly gid: string;
    /** Tenants whose users it knows. */
    readonly tenants: readonly string[];
    /** Where profiles are; empty (default): nowhere. */
    readonly metadata_url: string;
    readonly metadata_token: string;
    /** Seconds. Default 5. */
    readonly timeout: number;
  };
  /** Access tokens of executions. */
  readonly tokens: {
    /** `none` (default) or `builtin`. */
    readonly issuer: 'none' | 'builtin';
    /** Seconds. Default 14,400. */
    readonly lifetime: number;
    /** Ed25519: base64 of PKCS#8, or the path of a PEM file. Default empty: one is made, with the embedded store. */
    readonly signing_key: string;
  };
  /** The authorization server of `workers.generate_clients`. */
  readonly oauth: {
    /** Base URL; empty (default): where the API of the tenant is. */
    readonly authorization_server: string;
    readonly service_username: string;
    readonly service_password: string;
    /** Stands before the owner's name, with a slash; empty (default): what the original has for the tenant. */
    readonly userstore_prefix: string;
    /** Default true; false for single tenants only. */
    readonly verify_tls: boolean;
    /** Default `/clients/v2`. */
    readonly clients_path: string;
    /** Default `/token`. */
    readonly token_path: string;
    /** Default `PRODUCTION`. */
    readonly scope: string;
    /** Default 10. */
    readonly attempts: number;
    /** Between two attempts. Default 2. */
    readonly retry_seconds: number;
    /** Of one request. Default 20. */
    readonly request_timeout: number;
  };
  readonly web: {
    /** Default 127.0.0.1. */
    readonly host: string;
    /** Default 8000. */
    readonly port: number;
    /** Queues that actors may ask for beside `spawner.host_queues`. Default none. */
    readonly all_queues: readonly string[];
    /** `none` (default) or `jwt`. */
    readonly access_control: 'none' | 'jwt';
    /** Where tokens are looked for: `assertion`, `tapis`, `bearer`. Default `assertion`. */
    readonly jwt_sources: readonly string[];
    /** Public key of tenants without their own: base64 of the DER form, PEM, or the path of a file with either. */
    readonly apim_public_key: string;
    /** JWKS endpoint of tenants without their own keys; instead of `apim_public_key`. */
    readonly jwks_uri: string;
    /** `TENANT=key`, a key as in `apim_public_key`. */
    readonly tenant_public_keys: readonly string[];
    /** `TENANT=URL` of JWKS endpoints. */
    readonly tenant_jwks_uris: readonly string[];
    /** Whether RSA keys of 1024 to 2047 bits count. Default false. */
    readonly allow_weak_keys: boolean;
    /** Seconds that clocks may differ; -1: tokens do not expire. Default 60. */
    readonly jwt_tolerance: number;
    /** Tenant of tokens in the header `Assertion`. Default `DEV-STAGING`. */
    readonly assertion_tenant: string;
    /** `user=`, `tenant=` and `roles=` with names of claims. */
    readonly bearer_claims: readonly string[];
    readonly bearer_issuer: string;
    readonly bearer_audience: string;
    readonly tapis_claims: readonly string[];
    /** Nonces open endpoints for requests without a valid token, mode `jwt`. Default true. */
    readonly accept_nonce: boolean;
    /** Role that makes a caller a user of Abaco. Default `Internal/abaco-user`. */
    readonly user_role: string;
    /** Whether admin endpoints show all tenants. Default `instance`. */
    readonly admin_scope: 'instance' | 'tenant';
    /** Base URLs of other instances that the dashboard may look at. Default none. */
    readonly dashboard_instances: readonly string[];
    /** Tenant of requests without a `tenant` header. Default `DEV`. */
    readonly tenant_name: string;
    /** Default `snake`. */
    readonly case: 'snake' | 'camel';
    /** Paths that stand for `/actors`. Default `/actors/v2`, `/v3/actors`. */
    readonly path_prefixes: readonly string[];
    /** Path of actors in `_links`. Default `/actors/v2`. */
    readonly actors_prefix: string;
    /** Path of profiles in `_links`. Default `/profiles/v2`. */
    readonly profiles_prefix: string;
    /** Public base URL in `_links`. Default `http://<host>:<port>`. */
    readonly api_server: string;
    /** `TENANT=URL`, instead of `api_server`. */
    readonly tenant_api_servers: readonly string[];
    /** `id=key` or paths of files with such lines; the first key encrypts secret configs, all decrypt. Default: none. */
    readonly encryption_keys: readonly string[];
    /** Fernet key of the original, for the secrets that it has stored. Default: none. */
    readonly encryption_key: string;
    /** Attaching a config to an actor takes UPDATE on the actor. Default true. */
    readonly strict_config_actors: boolean;
    readonly default_token: boolean;
    /** Seconds; -1 = never expire. Default 43,200. */
    readonly log_ex: number;
    readonly log_ex_limit: number;
    /** Characters. Default 1,000,000. */
    readonly max_log_length: number;
    /** Bytes of a binary message. Default 500,000,000. */
    readonly max_content_length: number;
    /** Seconds that `_abaco_synchronous` waits at most. Default 50. */
    readonly synchronous_timeout: number;
    /** Requests of a tenant that wait for executions at a time; -1: no limit. Default 100. */
    readonly max_synchronous: number;
    /** Executions that a tenant follows at a time; -1: no limit. Default 100. */
    readonly max_streams: number;
    /** Who may read `/metrics`. Default admin. */
    readonly metrics: 'admin' | 'public' | 'off';
    /** Actors, and tenants, with series of their own in the metrics. Default 100. */
    readonly metrics_series: number;
    readonly show_traceback: boolean;
    /** Networks or addresses beside the public ones that webhooks may lead to. Default none. */
    readonly webhook_allowed_networks: readonly string[];
    /** `whsec_` and base64; signs webhooks. Default none: no signature. */
    readonly webhook_secret: string;
    /** Seconds that a webhook may take to answer. Default 10. */
    readonly webhook_timeout: number;
    /** Attempts to deliver an event. Default 20. */
    readonly event_max_attempts: number;
    /** Seconds after which an event gets no further attempt. Default 86,400. */
    readonly event_max_age: number;
    /** Executions that are not final, of a user with the role `Internal/abaco-limited`; -1: no limit. Default 5. */
    readonly limited_max_executions: number;
  };
  /** What a tenant may use; -1 (default): no limit. */
  readonly quotas: {
    /** In each server. */
    readonly requests_per_second: number;
    /** Requests at once after a pause. Default 100. */
    readonly request_burst: number;
    readonly actors: number;
    /** At a time, on all hosts. */
    readonly workers: number;
    /** Messages of all actors that wait. */
    readonly waiting_messages: number;
    /** Of stored logs. */
    readonly log_bytes: number;
  };
  /** What single tenants have instead, by tenant; {@link tenantConfig} looks it up. Default none. */
  readonly tenants: Readonly<Record<string, Partial<TenantConfig & TenantAccounts>>>;
}

/** `bridge`: outward through the engine's bridge; `none`: loopback only; `host`: the host's own. */
export type NetworkMode = 'bridge' | 'none' | 'host';

/** `python`: as Python prints objects and lists, as in the original; `json`: JSON. */
export type MessageFormat = 'python' | 'json';

/** The options that can be different for a tenant. */
export type TenantConfig = Pick<AbacoConfig['web'], 'default_token' | 'log_ex' | 'log_ex_limit'> &
  Pick<AbacoConfig['spawner'], 'max_workers_per_actor'> &
  Pick<
    AbacoConfig['workers'],
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
    AbacoConfig['oauth'],
    'authorization_server' | 'service_username' | 'service_password' | 'userstore_prefix' | 'verify_tls'
  > &
  AbacoConfig['quotas'];

/** Accounts that a tenant has for itself: for their registries they stand in for those of the instance. */
export type TenantAccounts = Pick<AbacoConfig['docker'], 'registries'>;

/** The sections that hold options themselves. */
export type SectionName = Exclude<keyof AbacoConfig, 'tenants'>;
