import { Injectable } from '@nestjs/common';
import { type ActorId, displayTime, displayTimeOrNone } from '@abaco/contract';
import type { WorkerRecord } from '@abaco/store';
import { WireFormat } from './wire-format.js';

/** The worker object of the API (contract 2.8): the only one that shows its tenant. */
@Injectable()
export class WorkerPresenter {
  constructor(private readonly wire: WireFormat) {}

  worker(worker: WorkerRecord): Record<string, unknown> {
    return this.wire.object({ ...this.fields(worker), tenant: worker.tenant });
  }

  /** As a search shows it: with the actor and without the tenant (contract 2.13.3). */
  hit(actor: ActorId, worker: WorkerRecord): Record<string, unknown> {
    return this.wire.item({ ...this.fields(worker), actor_id: actor });
  }

  private fields(worker: WorkerRecord): Record<string, unknown> {
    return {
      id: worker.id,
      status: worker.status,
      image: worker.image,
      ch_name: worker.ch_name,
      location: worker.location,
      cid: worker.cid,
      host_id: worker.host_id,
      host_ip: worker.host_ip,
      create_time: displayTime(worker.create_time),
      last_execution_time: displayTimeOrNone(worker.last_execution_time),
      last_health_check_time: displayTimeOrNone(worker.last_health_check_time),
    };
  }
}
