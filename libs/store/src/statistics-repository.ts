import type { TenantId } from '@abaco/contract';
import type { Model } from 'mongoose';
import type { Database } from './database.js';
import type { StatisticsRecord } from './statistics-record.js';
import { statisticsSchema } from './statistics-schema.js';

/** Counts that outlive what they count. */
export class StatisticsRepository {
  private readonly model: Model<StatisticsRecord>;

  constructor(private readonly database: Database) {
    this.model = database.model('Statistics', statisticsSchema);
  }

  /** Counts one more actor of a tenant. */
  async countActor(tenant: TenantId, at: Date): Promise<void> {
    const day = at.toISOString().slice(0, 10);
    await this.database.run(() =>
      this.model
        .updateOne(
          { _id: `${day}_${tenant}` },
          { $inc: { actor_total: 1 }, $setOnInsert: { tenant, day } },
          { upsert: true },
        )
        .exec(),
    );
  }

  /** Actors ever registered, those that are gone too. @param tenant undefined: of all tenants */
  async totalActors(tenant?: TenantId): Promise<number> {
    const [total] = await this.database.run(() =>
      this.model
        .aggregate<{ actors: number }>([
          { $match: tenant === undefined ? {} : { tenant } },
          { $group: { _id: null, actors: { $sum: '$actor_total' } } },
        ])
        .exec(),
    );
    return total?.actors ?? 0;
  }
}
