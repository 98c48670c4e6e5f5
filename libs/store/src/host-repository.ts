import type { Model } from 'mongoose';
import type { HostId } from '@abaco/contract';
import { fromNow, leaseHolds, leaseIsOver, literals } from './database-time.js';
import type { Database } from './database.js';
import { isDuplicate } from './failures.js';
import type { HostRecord } from './host-record.js';
import { hostSchema } from './host-schema.js';

/** Compute hosts and their leases in database time. */
export class HostRepository {
  private readonly model: Model<HostRecord>;

  constructor(private readonly database: Database) {
    this.model = database.model('Host', hostSchema);
  }

  /** Registers this process as the host. @returns false when another living process (unexpired lease) has this id. */
  async register(host: HostId, ip: string, incarnation: string, leaseMs: number): Promise<boolean> {
    const registered = {
      ...literals({ ip, incarnation }),
      lease_expires: fromNow(leaseMs),
      started: { $cond: [{ $eq: ['$incarnation', { $literal: incarnation }] }, '$started', '$$NOW'] },
    };
    try {
      await this.database.run(() =>
        this.model
          .updateOne({ _id: host, $or: [{ incarnation }, leaseIsOver] }, [{ $set: registered }], {
            upsert: true,
            updatePipeline: true,
          })
          .exec(),
      );
      return true;
    } catch (error) {
      if (isDuplicate(error, '_id')) return false; // the record is there and the filter did not match: another one lives
      throw error;
    }
  }

  async find(host: HostId): Promise<HostRecord | null> {
    return this.database.run(() => this.model.findById(host).lean<HostRecord>().exec());
  }

  /** @returns false when another process has taken the host over: this one must stop working. */
  async heartbeat(host: HostId, incarnation: string, leaseMs: number): Promise<boolean> {
    return this.setLease(host, incarnation, fromNow(leaseMs));
  }

  /** Ends the lease at once, at an orderly stop. */
  async leave(host: HostId, incarnation: string): Promise<void> {
    await this.setLease(host, incarnation, '$$NOW');
  }

  /** Hosts whose leases hold, this one included. */
  async countLiving(): Promise<number> {
    return this.database.run(() => this.model.countDocuments(leaseHolds).exec());
  }

  async listExpired(): Promise<HostRecord[]> {
    return this.database.run(() => this.model.find(leaseIsOver).lean<HostRecord[]>().exec());
  }

  /** Forgets a host that has been reaped. @returns false when it lives again, or is gone already. */
  async remove(host: HostId, incarnation: string): Promise<boolean> {
    const { deletedCount } = await this.database.run(() =>
      this.model.deleteOne({ _id: host, incarnation, ...leaseIsOver }).exec(),
    );
    return deletedCount === 1;
  }

  private async setLease(host: HostId, incarnation: string, lease: unknown): Promise<boolean> {
    const { matchedCount } = await this.database.run(() =>
      this.model
        .updateOne({ _id: host, incarnation }, [{ $set: { lease_expires: lease } }], { updatePipeline: true })
        .exec(),
    );
    return matchedCount === 1;
  }
}
