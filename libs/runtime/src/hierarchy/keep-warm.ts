import type { Ref } from '@abaco/actors';
import type { ActorDbid } from '@abaco/contract';
import type { RuntimeServices } from '../runtime-services.js';
import { scalingPolicyOf } from '../scaling/scaling-policy.js';
import { actorAddress } from './actor-address.js';
import type { TenantsMessage } from './tenants-supervisor.js';

/**
 * Wakes the mailboxes of actors that have fewer workers than are kept warm for them: after a start of the server, or when a host is
 * gone. A mailbox that is awake sees to that itself.
 */
export async function wakeActorsToKeepWarm(services: RuntimeServices, tenants: Ref<TenantsMessage>): Promise<void> {
  const { store, config } = services;
  const everywhere = config.workers.min_workers > 0;
  const warmTenants = Object.entries(config.tenants).flatMap(([tenant, own]) => (own.min_workers ? [tenant] : []));
  const actors = await store.actors.listKeptWarm(everywhere ? 'all' : warmTenants);
  if (actors.length === 0) return;
  const workers = new Map<ActorDbid, number>();
  for (const { actor_id, count } of await store.workers.countByActor()) {
    workers.set(actor_id, (workers.get(actor_id) ?? 0) + count);
  }
  for (const actor of actors) {
    if ((workers.get(actor._id) ?? 0) >= scalingPolicyOf(actor, config).minWorkers) continue;
    tenants.tell({ type: 'to-actor', ...actorAddress(actor._id), command: { type: 'wake' } });
  }
}
