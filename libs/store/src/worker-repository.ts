import type { Model } from 'mongoose';
import {
  type ActorDbid,
  type HostId,
  type TenantId,
  type WorkerId,
  workerPredecessors,
  type WorkerStatus,
} from '@abaco/contract';
import type { Database } from './database.js';
import { isDuplicate } from './failures.js';
import type { WorkerCount, WorkerRecord } from './worker-record.js';
import { workerSchema } from './worker-schema.js';
import { unjournaled } from './write-concern.js';

const recordId = (actor: ActorDbid, worker: WorkerId): string => `${actor}_${worker}`;

/** What is known of a worker when it is asked for. */
export type RequestedWorker = Pick<WorkerRecord, 'tenant' | 'id' | 'actor_id' | 'revision' | 'host_ip'> & {
  readonly host_id: HostId;
};

/** Living workers. */
export class WorkerRepository {
  private readonly model: Model<WorkerRecord>;

  constructor(private readonly database: Database) {
    this.model = database.model('Worker', workerSchema);
  }

  /**
   * Takes the lowest free slot below `maxSlots` for a host, so that what a killed host leaves is found. When it throws, the slot may have been taken: delete the worker.
   * @returns the inserted record (REQUESTED), or null when all are taken.
   */
  async claimSlot(worker: RequestedWorker, maxSlots: number): Promise<WorkerRecord | null> {
    for (;;) {
      const slot = await this.lowestFreeSlot(worker.actor_id);
      if (slot >= maxSlots) return null;
      const record = requested(worker, slot);
      try {
        await this.database.run(() => this.model.insertOne(record));
        return record;
      } catch (error) {
        // Another worker was faster. The unique index decides; who loses looks again, and each round has a winner.
        if (!isDuplicate(error, 'slot')) throw error;
      }
    }
  }

  /**
   * Takes the slot away from a worker that is only asked for yet, on another host than this: that one finds its record gone and
   * does not start. @returns whether there was one
   */
  async takeRequestedElsewhere(actor: ActorDbid, host: HostId): Promise<boolean> {
    const taken = await this.database.run(() =>
      this.model.findOneAndDelete({ actor_id: actor, status: 'REQUESTED', host_id: { $ne: host } }).exec(),
    );
    return taken !== null;
  }

  async find(actor: ActorDbid, worker: WorkerId): Promise<WorkerRecord | null> {
    return this.database.run(() => this.model.findById(recordId(actor, worker)).lean<WorkerRecord>().exec());
  }

  /** In order of creation. */
  async list(actor: ActorDbid): Promise<WorkerRecord[]> {
    return this.database.run(() =>
      this.model.find({ actor_id: actor }).sort({ create_time: 1, slot: 1 }).lean<WorkerRecord[]>().exec(),
    );
  }

  /** In order of creation. @param tenant undefined: of all tenants */
  async listAll(tenant?: TenantId): Promise<WorkerRecord[]> {
    return this.database.run(() =>
      this.model
        .find(tenant === undefined ? {} : { tenant })
        .sort({ create_time: 1, _id: 1 })
        .lean<WorkerRecord[]>()
        .exec(),
    );
  }

  /** Which of these ids are workers that live, of all tenants. @param ids not more than some hundreds */
  async living(ids: readonly string[]): Promise<ReadonlySet<string>> {
    const filter = { id: { $in: ids as readonly WorkerId[] }, status: { $ne: 'ERROR' as const } };
    return new Set(await this.database.run(() => this.model.distinct('id', filter).exec()));
  }

  /** Those of all tenants, or the ones among them that are only asked for yet. */
  async countAll(status?: WorkerStatus): Promise<number> {
    return this.database.run(() => this.model.countDocuments(status === undefined ? {} : { status }).exec());
  }

  /** Of all tenants, by actor and status, most first. */
  async countByActor(): Promise<WorkerCount[]> {
    const by = { actor_id: '$actor_id', tenant: '$tenant', status: '$status' };
    const groups = await this.database.run(() =>
      this.model
        .aggregate<{ _id: Omit<WorkerCount, 'count'>; count: number }>([
          { $group: { _id: by, count: { $sum: 1 } } },
          { $sort: { count: -1, _id: 1 } },
        ])
        .exec(),
    );
    return groups.map(({ _id, count }) => ({ ..._id, count }));
  }

  /** Workers of each tenant on other hosts than this. */
  async countElsewhere(host: HostId): Promise<ReadonlyMap<TenantId, number>> {
    const groups = await this.database.run(() =>
      this.model
        .aggregate<{ _id: TenantId; count: number }>([
          // one that is only asked for has no place yet
          { $match: { host_id: { $ne: host }, status: { $ne: 'REQUESTED' } } },
          { $group: { _id: '$tenant', count: { $sum: 1 } } },
        ])
        .exec(),
    );
    return new Map(groups.map(({ _id, count }) => [_id, count]));
  }

  /** Workers of a tenant, those that are asked for included. */
  async countOf(tenant: TenantId): Promise<number> {
    return this.database.run(() => this.model.countDocuments({ tenant }).exec());
  }

  async countOnHost(host: HostId): Promise<number> {
    return this.database.run(() => this.model.countDocuments({ host_id: host }).exec());
  }

  /** Hosts that have at least one worker. */
  async hosts(): Promise<HostId[]> {
    const hosts = await this.database.run(() => this.model.distinct('host_id').exec());
    return hosts.filter((host): host is HostId => host !== null);
  }

  async listOnHost(host: HostId): Promise<WorkerRecord[]> {
    return this.database.run(() => this.model.find({ host_id: host }).lean<WorkerRecord[]>().exec());
  }

  /**
   * Conditional on the allowed predecessors (`workerPredecessors`). `fields` are written in the same step.
   * @returns false when the transition is forbidden or the worker is gone; nothing is written then.
   */
  async transition(
    actor: ActorDbid,
    worker: WorkerId,
    to: WorkerStatus,
    fields: Partial<Omit<WorkerRecord, '_id' | 'id' | 'actor_id' | 'tenant' | 'slot' | 'status'>> = {},
  ): Promise<boolean> {
    const from = workerPredecessors[to];
    const filter = { _id: recordId(actor, worker), ...(from && { status: { $in: [...from] } }) };
    const { matchedCount } = await this.database.run(() =>
      this.model.updateOne(filter, { $set: { ...fields, status: to } }, unjournaled).exec(),
    );
    return matchedCount === 1;
  }

  /** Notes when a worker that is READY or BUSY ended its last execution. */
  async noteExecution(actor: ActorDbid, worker: WorkerId, time: Date): Promise<void> {
    const status: WorkerStatus[] = ['READY', 'BUSY'];
    const filter = { _id: recordId(actor, worker), status: { $in: status } };
    await this.database.run(() =>
      this.model.updateOne(filter, { $set: { last_execution_time: time } }, unjournaled).exec(),
    );
  }

  /** Notes that workers of a host were found well. */
  async noteHealthy(host: HostId, workers: readonly string[]): Promise<void> {
    if (workers.length === 0) return;
    await this.database.run(() =>
      this.model
        .updateMany(
          { _id: { $in: [...workers] }, host_id: host, status: { $in: ['READY', 'BUSY'] } },
          { $currentDate: { last_health_check_time: true } },
        )
        .exec(),
    );
  }

  /** To SHUTDOWN_REQUESTED, from any status and whoever runs it. @returns false when the worker is gone. */
  async requestShutdown(actor: ActorDbid, worker: WorkerId): Promise<boolean> {
    return this.transition(actor, worker, 'SHUTDOWN_REQUESTED');
  }

  /** The same for every worker of an actor. */
  async requestShutdownOfAll(actor: ActorDbid): Promise<void> {
    await this.database.run(() =>
      this.model.updateMany({ actor_id: actor }, { $set: { status: 'SHUTDOWN_REQUESTED' } }).exec(),
    );
  }

  /** Workers of a host that were asked to stop and have not begun to. */
  async listStopping(host: HostId): Promise<WorkerRecord[]> {
    return this.database.run(() =>
      this.model.find({ host_id: host, status: 'SHUTDOWN_REQUESTED' }).lean<WorkerRecord[]>().exec(),
    );
  }

  async delete(actor: ActorDbid, worker: WorkerId): Promise<void> {
    await this.database.run(() => this.model.deleteOne({ _id: recordId(actor, worker) }).exec());
  }

  /** Removes what a former process of this host left. @returns how many. */
  async deleteOnHost(host: HostId): Promise<number> {
    const { deletedCount } = await this.database.run(() => this.model.deleteMany({ host_id: host }).exec());
    return deletedCount;
  }

  /**
   * The same for a host that is dead as far as is known, but for workers in `except`. @returns how many.
   */
  async deleteOnDeadHost(host: HostId, except: readonly WorkerId[]): Promise<number> {
    const { deletedCount } = await this.database.run(() =>
      this.model.deleteMany({ host_id: host, id: { $nin: [...except] } }).exec(),
    );
    return deletedCount;
  }

  private async lowestFreeSlot(actor: ActorDbid): Promise<number> {
    const workers = await this.database.run(() =>
      this.model.find({ actor_id: actor }, 'slot').lean<Pick<WorkerRecord, 'slot'>[]>().exec(),
    );
    const taken = new Set(workers.map(({ slot }) => slot));
    let slot = 0;
    while (taken.has(slot)) slot++;
    return slot;
  }
}

const requested = (worker: RequestedWorker, slot: number): WorkerRecord => ({
  _id: recordId(worker.actor_id, worker.id),
  tenant: worker.tenant,
  id: worker.id,
  actor_id: worker.actor_id,
  slot,
  revision: worker.revision,
  status: 'REQUESTED',
  image: null,
  ch_name: null,
  location: null,
  cid: null,
  host_id: worker.host_id,
  host_ip: worker.host_ip,
  create_time: new Date(),
  last_execution_time: null,
  last_health_check_time: null,
});
