import type { ActorDbid, HostId, WorkerId, WorkerStatus } from '@abaco/contract';
import type { WorkerRecord } from './worker-record.js';

/** Living workers. */
export declare class WorkerRepository {
  /** Takes the lowest free slot below `maxSlots`. @returns the inserted record (REQUESTED), or null when all are taken. */
  claimSlot(
    worker: Pick<WorkerRecord, 'tenant' | 'id' | 'actor_id' | 'revision'>,
    maxSlots: number,
  ): Promise<WorkerRecord | null>;
  find(actor: ActorDbid, worker: WorkerId): Promise<WorkerRecord | null>;
  /** In order of creation. */
  list(actor: ActorDbid): Promise<WorkerRecord[]>;
  countOnHost(host: HostId): Promise<number>;
  listOnHost(host: HostId): Promise<WorkerRecord[]>;
  /**
   * Conditional on the allowed predecessors (`workerPredecessors`). `fields` are written in the same step.
   * @returns false when the transition is forbidden or the worker is gone; nothing is written then.
   */
  transition(
    actor: ActorDbid,
    worker: WorkerId,
    to: WorkerStatus,
    fields?: Partial<Omit<WorkerRecord, '_id' | 'id' | 'actor_id' | 'tenant' | 'slot' | 'status'>>,
  ): Promise<boolean>;
  delete(actor: ActorDbid, worker: WorkerId): Promise<void>;
  /** Removes what a former process of this host left. @returns how many. */
  deleteOnHost(host: HostId): Promise<number>;
}
