import type { Model } from 'mongoose';
import type { Database } from './database.js';
import type { NonceRecord, StoredNonce } from './nonce-record.js';
import { isDuplicate } from './failures.js';
import { nonceSchema } from './nonce-schema.js';

/** Nonces of actors and aliases. */
export class NonceRepository {
  private readonly model: Model<StoredNonce>;

  constructor(private readonly database: Database) {
    this.model = database.model('Nonce', nonceSchema);
  }

  async insert(nonce: StoredNonce): Promise<void> {
    await this.database.run(() => this.model.insertOne(nonce));
  }

  find(id: string): Promise<StoredNonce | null> {
    return this.database.run(() => this.model.findById(id).lean<StoredNonce>().exec());
  }

  /** Those of one actor or alias in order of creation. */
  list(target: NonceRecord['target']): Promise<StoredNonce[]> {
    return this.database.run(() =>
      this.model.find({ target }).sort({ create_time: 1, _id: 1 }).lean<StoredNonce[]>().exec(),
    );
  }

  /**
   * Counts one use, in one atomic step: however many redeem it at once, it is not used more often than it may be.
   * @returns false when no use is left, or the nonce is gone
   */
  async countUse(nonce: string): Promise<boolean> {
    const used = { current_uses: { $add: ['$current_uses', 1] }, last_use_time: '$$NOW' };
    const remaining = {
      $cond: [{ $lt: ['$remaining_uses', 0] }, '$remaining_uses', { $subtract: ['$remaining_uses', 1] }],
    };
    const { matchedCount } = await this.database.run(() =>
      this.model
        .updateOne({ _id: nonce, remaining_uses: { $ne: 0 } }, [{ $set: { ...used, remaining_uses: remaining } }], {
          updatePipeline: true,
        })
        .exec(),
    );
    return matchedCount === 1;
  }

  /** @returns whether it was there. */
  async delete(nonce: string, target: NonceRecord['target']): Promise<boolean> {
    const { deletedCount } = await this.database.run(() => this.model.deleteOne({ _id: nonce, target }).exec());
    return deletedCount === 1;
  }

  async deleteByTarget(target: NonceRecord['target']): Promise<void> {
    await this.database.run(() => this.model.deleteMany({ target }).exec());
  }

  /** Those that are stored in plain, at most `limit` with an `_id` beyond `after`. */
  listPlain(after: string, limit: number): Promise<StoredNonce[]> {
    return this.page({ sealed: { $exists: false } }, after, limit);
  }

  /** Those that are encrypted, at most `limit` with an `_id` beyond `after`. */
  listSealed(after: string, limit: number): Promise<StoredNonce[]> {
    return this.page({ sealed: { $exists: true } }, after, limit);
  }

  /** Puts a record in the place of another one; nothing is lost wherever it is broken off, and it may be repeated. */
  async replace(old: string, by: StoredNonce): Promise<void> {
    try {
      await this.insert(by);
    } catch (error) {
      if (!isDuplicate(error, '_id')) throw error;
    }
    await this.database.run(() => this.model.deleteOne({ _id: old }).exec());
  }

  /** @returns false when it has changed meanwhile, or is gone */
  async reseal(id: string, from: string, to: string): Promise<boolean> {
    const { matchedCount } = await this.database.run(() =>
      this.model.updateOne({ _id: id, sealed: from }, { $set: { sealed: to } }).exec(),
    );
    return matchedCount === 1;
  }

  private page(filter: object, after: string, limit: number): Promise<StoredNonce[]> {
    return this.database.run(() =>
      this.model
        .find({ ...filter, _id: { $gt: after } })
        .sort({ _id: 1 })
        .limit(limit)
        .lean<StoredNonce[]>()
        .exec(),
    );
  }
}
