import type { ActorId, PermissionEntry, TenantId } from '@abaco/contract';
import type { Model } from 'mongoose';
import { type AliasDbid, type AliasRecord, aliasDbid } from './alias-record.js';
import { aliasSchema } from './alias-schema.js';
import { literals } from './database-time.js';
import type { Database } from './database.js';
import { DuplicateAlias } from './errors.js';
import { isDuplicate } from './failures.js';
import { granting } from './grant.js';
import { grant } from './shared-record.js';

const byAge = { create_time: 1, _id: 1 } as const;

/** Names of actors, unique in their tenant. */
export class AliasRepository {
  private readonly model: Model<AliasRecord>;

  constructor(private readonly database: Database) {
    this.model = database.model('Alias', aliasSchema);
  }

  /** @throws DuplicateAlias when the tenant has one of this name */
  async insert(alias: AliasRecord): Promise<void> {
    try {
      await this.database.run(() => this.model.insertOne(alias));
    } catch (error) {
      throw isDuplicate(error, '_id') ? new DuplicateAlias(alias.alias) : error;
    }
  }

  find(tenant: TenantId, alias: string): Promise<AliasRecord | null> {
    return this.database.run(() => this.model.findById(aliasDbid(tenant, alias)).lean<AliasRecord>().exec());
  }

  /** All aliases of a tenant in order of creation. */
  list(tenant: TenantId): Promise<AliasRecord[]> {
    return this.database.run(() => this.model.find({ tenant }).sort(byAge).lean<AliasRecord[]>().exec());
  }

  /** Those that stand for one actor. */
  listByActor(tenant: TenantId, actor: ActorId): Promise<AliasRecord[]> {
    return this.database.run(() =>
      this.model.find({ tenant, actor_id: actor }).sort(byAge).lean<AliasRecord[]>().exec(),
    );
  }

  /**
   * Makes an alias stand for another actor, and lets `by` update it from now on.
   * @returns the new record, or null when there is no such alias
   */
  repoint(alias: AliasDbid, actor: ActorId, by: string): Promise<AliasRecord | null> {
    const fields = { ...literals({ actor_id: actor }), permissions: granting({ user: by, level: 'UPDATE' }) };
    return this.database.run(() =>
      this.model
        .findOneAndUpdate({ _id: alias }, [{ $set: fields }], { returnDocument: 'after', updatePipeline: true })
        .lean<AliasRecord>()
        .exec(),
    );
  }

  /** @returns the entries after the change, or null when there is no such alias. @throws TooManyPermissions */
  grant(alias: AliasDbid, entry: PermissionEntry): Promise<readonly PermissionEntry[] | null> {
    return grant(this.database, this.model, alias, entry);
  }

  async delete(alias: AliasDbid): Promise<void> {
    await this.database.run(() => this.model.deleteOne({ _id: alias }).exec());
  }

  async deleteByActor(tenant: TenantId, actor: ActorId): Promise<void> {
    await this.database.run(() => this.model.deleteMany({ tenant, actor_id: actor }).exec());
  }
}
