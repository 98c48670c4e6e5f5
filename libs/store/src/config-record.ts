import type { Branded, PermissionEntry, TenantId } from '@abaco/contract';

/** Internal id of a config: `<tenant>_<name>`. */
export type ConfigDbid = Branded<'ConfigDbid'>;

/** A named value that the containers of some actors get. */
export interface ConfigRecord {
  readonly _id: ConfigDbid;
  readonly tenant: TenantId;
  readonly name: string;
  /** Of a secret, what it was encrypted to: the plain value is stored nowhere. */
  readonly value: string;
  readonly is_secret: boolean;
  /** Ids and aliases of actors with commas between them, as the user wrote them. */
  readonly actors: string;
  /** The same, one by one; those that ceased to exist are taken out. */
  readonly actor_refs: readonly string[];
  readonly owner: string;
  readonly permissions: readonly PermissionEntry[];
  readonly create_time: Date;
  readonly last_update_time: Date;
}

/** What an update replaces. */
export type ConfigChanges = Pick<ConfigRecord, 'value' | 'is_secret' | 'actors' | 'actor_refs'>;

export const configDbid = (tenant: TenantId, name: string): ConfigDbid => `${tenant}_${name}` as ConfigDbid;
