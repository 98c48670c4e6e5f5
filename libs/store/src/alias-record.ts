import type { ActorId, Branded, PermissionEntry, TenantId } from '@abaco/contract';

/** Internal id of an alias: `<tenant>_<alias>`. */
export type AliasDbid = Branded<'AliasDbid'>;

/** A name, unique in its tenant, that stands for one actor. */
export interface AliasRecord {
  readonly _id: AliasDbid;
  readonly tenant: TenantId;
  readonly alias: string;
  /** Public id of the actor. The actor may be gone. */
  readonly actor_id: ActorId;
  readonly owner: string;
  readonly permissions: readonly PermissionEntry[];
  readonly create_time: Date;
}

export const aliasDbid = (tenant: TenantId, alias: string): AliasDbid => `${tenant}_${alias}` as AliasDbid;
