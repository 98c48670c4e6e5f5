import type { Ref } from '@abaco/actors';
import type { RuntimeServices } from '../runtime-services.js';
import { actorAddress } from './actor-address.js';
import { isComputeHost } from './compute-host.js';
import type { TenantsMessage } from './tenants-supervisor.js';

/** Actors that one check tries again at most: each may fetch an image. The others have their turn at the next. */
const TRIES_AT_ONCE = 20;

/** Lets the mailboxes of actors in ERROR whose queue is served here try, when it is time, whether the cause is gone. Of several hosts one does it. */
export async function tryActorsInError(
  { store, config }: Pick<RuntimeServices, 'store' | 'config'>,
  tenants: Ref<TenantsMessage>,
): Promise<void> {
  if (!isComputeHost(config)) return;
  for (const actor of await store.actors.faults.listDue(new Date(), config.spawner.host_queues, TRIES_AT_ONCE)) {
    tenants.tell({ type: 'to-actor', ...actorAddress(actor), command: { type: 'try-again' } });
  }
}
