import type { PermissionEntry, TenantId } from '@abaco/contract';
import type { Model } from 'mongoose';
import { type ConfigChanges, type ConfigDbid, type ConfigRecord, configDbid } from './config-record.js';
import { configSchema } from './config-schema.js';
import { readableBy } from './actor-repository.js';
import type { Database } from './database.js';
import { DuplicateConfig } from './errors.js';
import { isDuplicate } from './failures.js';
import { grant } from './shared-record.js';

const byAge = { create_time: 1, _id: 1 } as const;

/** Named values for containers, unique in their tenant. */
export class ConfigRepository {
  private readonly model: Model<ConfigRecord>;

  constructor(private readonly database: Database) {
    this.model = database.model('Config', configSchema);
  }

  /** @throws DuplicateConfig when the tenant has one of this name */
  async insert(config: ConfigRecord): Promise<void> {
    try {
      await this.database.run(() => this.model.insertOne(config));
    } catch (error) {
      throw isDuplicate(error, '_id') ? new DuplicateConfig(config.name) : error;
    }
  }

  find(tenant: TenantId, name: string): Promise<ConfigRecord | null> {
    return this.database.run(() => this.model.findById(configDbid(tenant, name)).lean<ConfigRecord>().exec());
  }

  /** Whether a tenant has any. */
  async hasAny(tenant: TenantId): Promise<boolean> {
    return (await this.database.run(() => this.model.exists({ tenant }).exec())) !== null;
  }

  /** All configs of a tenant in order of creation. */
  list(tenant: TenantId): Promise<ConfigRecord[]> {
    return this.database.run(() => this.model.find({ tenant }).sort(byAge).lean<ConfigRecord[]>().exec());
  }

  /** Those of a tenant on which `user` or everybody was granted READ or more, in order of creation. */
  listReadable(tenant: TenantId, user: string): Promise<ConfigRecord[]> {
    return this.database.run(() => this.model.find(readableBy(tenant, user)).sort(byAge).lean<ConfigRecord[]>().exec());
  }

  /** The first `limit` of a tenant that name one of `refs`, ids and aliases of an actor; each once, in order of creation. */
  listByRefs(tenant: TenantId, refs: readonly string[], limit: number): Promise<ConfigRecord[]> {
    return this.database.run(() =>
      this.model
        .find({ tenant, actor_refs: { $in: [...refs] } })
        .sort(byAge)
        .limit(limit)
        .lean<ConfigRecord[]>()
        .exec(),
    );
  }

  /** @returns the new record, or null when there is no such config */
  replace(tenant: TenantId, name: string, changes: ConfigChanges): Promise<ConfigRecord | null> {
    return this.database.run(() =>
      this.model
        .findOneAndUpdate(
          { _id: configDbid(tenant, name) },
          { $set: changes, $currentDate: { last_update_time: true } },
          { returnDocument: 'after' },
        )
        .lean<ConfigRecord>()
        .exec(),
    );
  }

  /** @returns the entries after the change, or null when there is no such config. @throws TooManyPermissions */
  grant(config: ConfigDbid, entry: PermissionEntry): Promise<readonly PermissionEntry[] | null> {
    return grant(this.database, this.model, config, entry);
  }

  /** @returns whether there was one */
  async delete(tenant: TenantId, name: string): Promise<boolean> {
    const { deletedCount } = await this.database.run(() =>
      this.model.deleteOne({ _id: configDbid(tenant, name) }).exec(),
    );
    return deletedCount === 1;
  }

  /** An alias or actor is going: whoever makes an alias of this name later does not get the configs of the old one. */
  async detach(tenant: TenantId, ref: string): Promise<void> {
    await this.database.run(() =>
      this.model.updateMany({ tenant, actor_refs: ref }, { $pull: { actor_refs: ref } }).exec(),
    );
  }

  /** Up to `limit` secrets of all tenants in the order of their ids, those behind `after`. For the rotation of keys alone. */
  secretsAfter(after: ConfigDbid | null, limit: number): Promise<ConfigRecord[]> {
    return this.database.run(() =>
      this.model
        .find({ is_secret: true, ...(after !== null && { _id: { $gt: after } }) })
        .sort({ _id: 1 })
        .limit(limit)
        .lean<ConfigRecord[]>()
        .exec(),
    );
  }

  /** Puts a secret's new ciphertext in the place of the old one, if that is still there. @returns whether it was */
  async reseal(config: ConfigDbid, from: string, to: string): Promise<boolean> {
    const { matchedCount } = await this.database.run(() =>
      this.model.updateOne({ _id: config, is_secret: true, value: from }, { $set: { value: to } }).exec(),
    );
    return matchedCount === 1;
  }
}
