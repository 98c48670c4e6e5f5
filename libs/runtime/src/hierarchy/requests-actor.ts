import type { ActorContext, BehaviorObject, Ref } from '@abaco/actors';
import type { RuntimeServices } from '../runtime-services.js';
import { actorAddress } from './actor-address.js';
import type { TenantsMessage } from './tenants-supervisor.js';

export type RequestsMessage = { readonly type: 'look' } | { readonly type: 'looked'; readonly error?: Error };

/** How long a request made of another process may wait, milliseconds. */
const LOOK_EVERY_MS = 2_000;

/**
 * `/system/requests`: what users asked of the workers of this host through another process, or before a restart. What was asked
 * of this process has been carried out already; to do it again is harmless, and mends what failed.
 */
export class RequestsActor implements BehaviorObject<RequestsMessage> {
  private looking = false;

  constructor(
    private readonly services: RuntimeServices,
    private readonly tenants: Ref<TenantsMessage>,
    private readonly context: ActorContext<RequestsMessage>,
  ) {
    context.scheduleEvery(LOOK_EVERY_MS, { type: 'look' });
  }

  receive = (message: RequestsMessage): void => {
    switch (message.type) {
      case 'look':
        if (this.looking) return;
        this.looking = true;
        this.context.pipeToSelf(this.look(), (outcome) =>
          outcome.ok ? { type: 'looked' } : { type: 'looked', error: outcome.error },
        );
        break;
      case 'looked':
        this.looking = false;
        if (message.error) {
          this.services.logger.debug({ err: message.error }, 'Requests of other processes could not be read');
        }
        break;
      default:
        message satisfies never;
    }
  };

  private async look(): Promise<void> {
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
}
