import { setTimeout as delay } from 'node:timers/promises';
import type { Ref } from '@abaco/actors';
import type { ActorDbid } from '@abaco/contract';
import type { RuntimeServices } from '../runtime-services.js';
import { EventRelay } from '../events/event-relay.js';
import { actorAddress } from './actor-address.js';
import { retireMailbox } from './retired-mailboxes.js';
import type { PoolMessage } from './worker-pool.js';

/** How often workers of other hosts are looked for, milliseconds. */
const LOOK_EVERY_MS = 200;

/**
 * The sequence of contract 2.2.3 from its second step on; can be repeated after a crash at any point.
 * @returns whether every worker was gone within `workers.delete_seconds`
 */
export async function deleteActor(
  services: RuntimeServices,
  actor: ActorDbid,
  pool: Ref<PoolMessage>,
): Promise<{ complete: boolean }> {
  const { store } = services;
  await store.executions.waiting.abandonAll(actor, 'The actor was deleted.');
  // on record for the hosts that have some of the workers
  await store.workers.requestShutdownOfAll(actor);
  await store.executions.requestHaltOfAll(actor);
  const waitMs = services.config.workers.delete_seconds * 1000;
  const giveUp = performance.now() + waitMs;
  const stoppedHere = await pool
    .ask<void>((replyTo) => ({ type: 'stop-all', halt: true, replyTo }), { deadlineMs: waitMs })
    .then(
      () => true,
      () => false, // workers are still busy: the user is told so, and they end on their own
    );
  const complete = stoppedHere && (await stoppedElsewhere());
  // an attempt may have failed meanwhile whose execution now pauses before the next
  await store.executions.waiting.abandonAll(actor, 'The actor was deleted.');
  await store.logs.deleteByActor(actor);
  await store.bodies.deleteByActor(actor);
  await retireMailbox(services, actor);
  await removeSharing(store, actor);
  await new EventRelay(store).relay({ actor }); // its record holds them
  await store.actors.delete(actor);
  return { complete };

  async function stoppedElsewhere(): Promise<boolean> {
    while ((await store.workers.list(actor)).length > 0) {
      if (performance.now() > giveUp) return false;
      await delay(LOOK_EVERY_MS);
    }
    return true;
  }
}

/** The nonces of the actor, and the aliases that stand for it with theirs. Configs forget them first: names can come again. */
async function removeSharing({ aliases, configs, nonces }: RuntimeServices['store'], actor: ActorDbid): Promise<void> {
  const { tenant, actor: id } = actorAddress(actor);
  await nonces.deleteByTarget(actor);
  await configs.detach(tenant, id);
  for (const { _id, alias } of await aliases.listByActor(tenant, id)) {
    await configs.detach(tenant, alias);
    await nonces.deleteByTarget(_id);
  }
  await aliases.deleteByActor(tenant, id);
}
