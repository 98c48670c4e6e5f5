import type { MessageFormat, NetworkMode } from '@abaco/config';
import type { ActorDbid, ActorId, ActorStatus, PermissionEntry, TenantId } from '@abaco/contract';
import type { ActorFault } from './actor-fault.js';
import type { EventRecord } from './event-record.js';
import type { RetryPolicy } from './retry-policy.js';
import type { ScalingSettings } from './scaling-settings.js';

export interface MountRecord {
  readonly host_path: string;
  readonly container_path: string;
  readonly mode: 'ro' | 'rw';
}

/** A registered actor as it is stored: the field names are those that clients see and search by. */
export interface ActorRecord {
  readonly _id: ActorDbid;
  readonly tenant: TenantId;
  readonly id: ActorId;
  readonly name: string | null;
  readonly image: string;
  readonly description: string;
  readonly owner: string;
  /** Whether the owner had only the role `limited` when registering: their tokens then have no other. Missing: no. Never shown. */
  readonly owner_limited?: boolean;
  /** In the order in which they were granted; the owner's is the first. */
  readonly permissions: readonly PermissionEntry[];
  /** From 1; +1 at every image update. */
  readonly revision: number;
  /** From 1; +1 with everything that a user changes of description and state. Never shown, but in ETags. */
  readonly version: number;
  readonly status: ActorStatus;
  readonly status_message: string | null;
  /** Of an actor in ERROR. Missing or null: none, or of an older version. Never shown. */
  readonly fault?: ActorFault | null;
  readonly stateless: boolean;
  /** Any JSON value. */
  readonly state: unknown;
  readonly type: string;
  /** A string when defaulted, as clients search by `"false"`. */
  readonly token: boolean | string;
  readonly link: string;
  readonly webhook: string;
  readonly hints: readonly string[];
  readonly default_environment: Readonly<Record<string, unknown>>;
  readonly privileged: boolean;
  readonly queue: string;
  readonly max_workers: number | null;
  readonly mem_limit: string | null;
  readonly max_cpus: number | null;
  readonly use_container_uid: boolean;
  readonly uid: string | null;
  readonly gid: string | null;
  readonly tasdir: string | null;
  readonly mounts: readonly MountRecord[];
  /** Network of the containers; null: that of the tenant. */
  readonly network: NetworkMode | null;
  /** Whether the engine's init is process 1; null: as the instance says. */
  readonly use_init: boolean | null;
  /** How JSON is handed over; null: as the tenant says. */
  readonly message_format: MessageFormat | null;
  /** Seconds; null: as the tenant says. */
  readonly max_run_time: number | null;
  /** Seconds. */
  readonly log_ex: number | null;
  /** Missing or null: failures of the infrastructure are repeated, `workers.max_attempts` times. */
  readonly retry_policy?: RetryPolicy | null;
  /** Missing or null: as the tenant says. */
  readonly scaling?: ScalingSettings | null;
  readonly cron_on: boolean;
  readonly cron_schedule: string | null;
  readonly cron_next_ex: string | null;
  /** First run of the schedule: what `now` meant. Missing or null without one. Never shown. */
  readonly cron_start?: Date | null;
  /** `cron_next_ex` as a time. Missing or null without a schedule. Never shown. */
  readonly cron_due?: Date | null;
  /** Events without deliveries yet. Missing: none. Never shown. */
  readonly pending_events?: readonly EventRecord[];
  readonly api_server: string;
  readonly create_time: Date;
  readonly last_update_time: Date;
}

/** What a user decides about an actor, and may change. */
export type ActorSettings = Pick<
  ActorRecord,
  | 'image'
  | 'description'
  | 'stateless'
  | 'type'
  | 'token'
  | 'link'
  | 'webhook'
  | 'hints'
  | 'default_environment'
  | 'privileged'
  | 'queue'
  | 'max_workers'
  | 'mem_limit'
  | 'max_cpus'
  | 'use_container_uid'
  | 'network'
  | 'use_init'
  | 'message_format'
  | 'max_run_time'
  | 'log_ex'
  | 'retry_policy'
  | 'scaling'
>;

/** A schedule; its members change together. */
export type CronSettings = Required<Pick<ActorRecord, 'cron_schedule' | 'cron_next_ex' | 'cron_start' | 'cron_due'>>;

/** What the cron runner needs to know of an actor whose time has come. */
export interface DueCron extends Pick<ActorRecord, '_id' | 'tenant' | 'id' | 'api_server' | 'cron_on'> {
  readonly cron_schedule: string;
  readonly cron_start: Date;
  readonly cron_due: Date;
}

/** What scaling needs to know of an actor. */
export type WarmActor = Pick<ActorRecord, '_id' | 'tenant' | 'id' | 'status' | 'stateless' | 'max_workers' | 'scaling'>;

/** What an update replaces. State, schedule and switch stay as they are when none is given. */
export type ActorChanges = ActorSettings &
  Pick<ActorRecord, 'api_server' | 'uid' | 'gid' | 'tasdir' | 'mounts'> &
  Partial<Pick<ActorRecord, 'state' | 'cron_on'> & CronSettings>;
