import type { ActorContext, Ref } from '@abaco/actors';
import type { RuntimeServices } from '../runtime-services.js';
import { actorAddress } from './actor-address.js';
import { type PassMessage, RepeatedPass } from './repeated-pass.js';
import type { TenantsMessage } from './tenants-supervisor.js';

/** How long a request made of another process may wait, milliseconds. */
const LOOK_EVERY_MS = 2_000;

/**
 * `/system/requests`: what users asked of the workers of this host through another process, or before a restart. What was asked
 * of this process has been carried out already; to do it again is harmless, and mends what failed.
 */
export class RequestsActor extends RepeatedPass {
  constructor(
    private readonly services: RuntimeServices,
    private readonly tenants: Ref<TenantsMessage>,
    context: ActorContext<PassMessage>,
  ) {
    super(context, LOOK_EVERY_MS);
  }

  protected async pass(): Promise<void> {
    const { store, hostId } = this.services;
    for (const { id, actor_id } of await store.workers.listStopping(hostId)) {
      const command = { type: 'carry-out-stop', worker: id } as const;
      this.tenants.tell({ type: 'to-actor', ...actorAddress(actor_id), command });
    }
    for (const { _id, actor_id } of await store.executions.listHalting(hostId)) {
      const command = { type: 'carry-out-halt', execution: _id } as const;
      this.tenants.tell({ type: 'to-actor', ...actorAddress(actor_id), command });
    }
  }

  protected onFailure(error: Error): void {
    this.services.logger.debug({ err: error }, 'Requests of other processes could not be read');
  }
}
