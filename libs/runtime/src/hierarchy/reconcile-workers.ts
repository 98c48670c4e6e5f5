import type { Ref } from '@abaco/actors';
import type { ActorDbid, WorkerId } from '@abaco/contract';
import type { FoundContainer } from '@abaco/engine';
import type { WorkerRecord } from '@abaco/store';
import type { RuntimeServices } from '../runtime-services.js';
import { actorAddress } from './actor-address.js';
import type { TenantsMessage } from './tenants-supervisor.js';
import type { WorkerHere, WorkersHere } from './workers-here.js';

/** Ids of containers; workers in other networks than `bridge`, and those of functions, have none. */
const CONTAINER_ID = /^[0-9a-f]{64}$/;

/** Compares the workers of this process with their records and their sandboxes, and puts right what differs. */
export class WorkerReconciliation {
  /** Started workers that had no record at the last look: one that ends removes its record a moment before it goes. */
  private withoutRecord: ReadonlySet<WorkerId> = new Set();
  /** Workers that were to be replaced at the last look: they may be busy for long. */
  private replaced: ReadonlySet<WorkerId> = new Set();

  constructor(
    private readonly services: Pick<RuntimeServices, 'store' | 'hostId' | 'logger' | 'telemetry'>,
    private readonly tenants: Ref<TenantsMessage>,
    private readonly here: WorkersHere,
  ) {}

  /** @param find asks the engine for all containers of this host: after the records are read, so that no sandbox is too young */
  async pass(find: () => Promise<readonly FoundContainer[]>): Promise<void> {
    const started = this.here.list().filter((worker) => worker.started);
    const records = await this.services.store.workers.listOnHost(this.services.hostId);
    for (const record of records) if (!this.here.has(record.id)) await this.removeRecord(record);
    const unrecorded = this.unrecorded(started, new Set(records.map(({ id }) => id)));
    const lost = lostSandboxes(records, await find());
    await this.noteHealthy(records.filter((record) => !lost.includes(record)));
    for (const { worker, actor } of unrecorded) this.replace(worker, actor, 'unrecorded-worker', 'its record is gone');
    for (const { id, actor_id } of lost) this.replace(id, actor_id, 'lost-sandbox', 'its sandbox is gone');
    this.replaced = new Set([...unrecorded.map(({ worker }) => worker), ...lost.map(({ id }) => id)]);
  }

  /** Users see when a worker was last found well (contract 5.9). */
  private async noteHealthy(records: readonly WorkerRecord[]): Promise<void> {
    const well = records.filter(({ id, status }) => this.here.has(id) && (status === 'READY' || status === 'BUSY'));
    const { store, hostId } = this.services;
    await store.workers.noteHealthy(
      hostId,
      well.map(({ _id }) => _id),
    );
  }

  /** The worker could not remove it when it ended; it would hold a slot until this process is started anew. */
  private async removeRecord({ _id, actor_id, id, status }: WorkerRecord): Promise<void> {
    const { store, logger, telemetry } = this.services;
    await store.workers.delete(actor_id, id);
    logger.warn({ worker: _id, status }, 'Removed the record of a worker that is gone');
    telemetry.mended?.('worker-record', { worker: id, actor: actor_id });
  }

  /** Another host has taken this one for dead, and given its slots away: such a worker needs a slot, or has to go. */
  private unrecorded(started: readonly WorkerHere[], recorded: ReadonlySet<WorkerId>): readonly WorkerHere[] {
    const without = started.filter(({ worker }) => !recorded.has(worker) && this.here.has(worker));
    const still = without.filter(({ worker }) => this.withoutRecord.has(worker));
    this.withoutRecord = new Set(without.map(({ worker }) => worker));
    return still;
  }

  private replace(worker: WorkerId, actor: ActorDbid, what: 'lost-sandbox' | 'unrecorded-worker', why: string): void {
    if (!this.here.has(worker)) return;
    this.tenants.tell({
      type: 'to-actor',
      ...actorAddress(actor),
      command: { type: 'carry-out-replace', worker, why },
    });
    if (this.replaced.has(worker)) return;
    this.services.logger.warn({ worker, actor, why }, 'Replacing a worker');
    this.services.telemetry.mended?.(what, { worker, actor });
  }
}

function lostSandboxes(records: readonly WorkerRecord[], found: readonly FoundContainer[]): readonly WorkerRecord[] {
  const running = new Set(found.filter(({ state }) => state === 'running').map(({ id }) => id));
  const holdsContainer = ({ status, cid }: WorkerRecord): boolean =>
    (status === 'READY' || status === 'BUSY') && cid !== null && CONTAINER_ID.test(cid);
  return records.filter((record) => holdsContainer(record) && !running.has(record.cid ?? ''));
}
