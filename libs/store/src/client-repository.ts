import type { Model } from 'mongoose';
import type { TenantId, WorkerId } from '@abaco/contract';
import type { ClientRecord, SealedClientField } from './client-record.js';
import { clientSchema } from './client-schema.js';
import type { Database } from './database.js';

/** OAuth clients of workers. */
export class ClientRepository {
  private readonly model: Model<ClientRecord>;

  constructor(private readonly database: Database) {
    this.model = database.model('Client', clientSchema);
  }

  async insert(record: Omit<ClientRecord, '_id' | 'create_time'>): Promise<void> {
    const whole = { ...record, _id: `${record.tenant}_${record.client_key}`, create_time: new Date() };
    await this.database.run(() => this.model.insertOne(whole));
  }

  async find(tenant: TenantId, worker: WorkerId): Promise<ClientRecord | null> {
    return this.database.run(() => this.model.findOne({ tenant, worker_id: worker }).lean<ClientRecord>().exec());
  }

  /** An authorization server gave a new one. @param sealed encrypted */
  async setRefreshToken({ _id, tenant }: ClientRecord, sealed: string): Promise<void> {
    await this.database.run(() => this.model.updateOne({ _id, tenant }, { $set: { refresh_token: sealed } }).exec());
  }

  /** Of all tenants, oldest first. */
  async listAll(): Promise<ClientRecord[]> {
    return this.database.run(() => this.model.find().sort({ create_time: 1, _id: 1 }).lean<ClientRecord[]>().exec());
  }

  /** Up to `limit` of all tenants in the order of their ids, those behind `after`. For the rotation of keys alone. */
  async listAfter(after: string | null, limit: number): Promise<ClientRecord[]> {
    return this.database.run(() =>
      this.model
        .find(after === null ? {} : { _id: { $gt: after } })
        .sort({ _id: 1 })
        .limit(limit)
        .lean<ClientRecord[]>()
        .exec(),
    );
  }

  /** Puts a new ciphertext in the place of the one that was read, if that is still there. @returns whether it was */
  async reseal({ _id, tenant, ...read }: ClientRecord, field: SealedClientField, to: string): Promise<boolean> {
    const { matchedCount } = await this.database.run(() =>
      this.model.updateOne({ _id, tenant, [field]: read[field] }, { $set: { [field]: to } }).exec(),
    );
    return matchedCount === 1;
  }

  /** Of all tenants. */
  async countAll(): Promise<number> {
    return this.database.run(() => this.model.countDocuments({}).exec());
  }

  async delete(tenant: TenantId, worker: WorkerId): Promise<void> {
    await this.database.run(() => this.model.deleteMany({ tenant, worker_id: worker }).exec());
  }
}
