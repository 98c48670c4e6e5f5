import type { NonceId } from '@abaco/contract';
import type { Model } from 'mongoose';
import type { Database } from './database.js';
import type { NonceRecord } from './nonce-record.js';
import { nonceSchema } from './nonce-schema.js';

/** Nonces of actors and aliases. */
export class NonceRepository {
  private readonly model: Model<NonceRecord>;

  constructor(private readonly database: Database) {
    this.model = database.model('Nonce', nonceSchema);
  }

  async insert(nonce: NonceRecord): Promise<void> {
    await this.database.run(() => this.model.insertOne(nonce));
  }

  find(nonce: NonceId): Promise<NonceRecord | null> {
    return this.database.run(() => this.model.findById(nonce).lean<NonceRecord>().exec());
  }

  /** Those of one actor or alias in order of creation. */
  list(target: NonceRecord['target']): Promise<NonceRecord[]> {
    return this.database.run(() =>
      this.model.find({ target }).sort({ create_time: 1, _id: 1 }).lean<NonceRecord[]>().exec(),
    );
  }

  /**
   * Counts one use, in one atomic step: however many redeem it at once, it is not used more often than it may be.
   * @returns false when no use is left, or the nonce is gone
   */
  async countUse(nonce: NonceId): Promise<boolean> {
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
  async delete(nonce: NonceId, target: NonceRecord['target']): Promise<boolean> {
    const { deletedCount } = await this.database.run(() => this.model.deleteOne({ _id: nonce, target }).exec());
    return deletedCount === 1;
  }

  async deleteByTarget(target: NonceRecord['target']): Promise<void> {
    await this.database.run(() => this.model.deleteMany({ target }).exec());
  }
}
