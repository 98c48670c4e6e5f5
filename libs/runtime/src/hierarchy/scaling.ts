import type { AbacoConfig } from '@abaco/config';
import type { ActorRecord } from '@abaco/store';
import type { PoolState } from './mailbox-protocol.js';

/** Most workers that an actor gets of itself: stateful ones keep to one (contract 5.6.1). */
export const workerLimit = (actor: ActorRecord, { spawner }: AbacoConfig): number =>
  actor.stateless ? (actor.max_workers ?? spawner.max_workers_per_actor) : 1;

/**
 * How many workers an actor should have now, from what is known now. Only ever asks for more: idle workers end on their own
 * after `workers.worker_ttl`. One worker per waiting message up to `max`; stateful actors keep to one, so that their
 * executions follow each other.
 */
export function desiredWorkers(demand: {
  readonly waiting: number;
  readonly pool: PoolState;
  readonly stateless: boolean;
  readonly autoscaling: boolean;
  readonly max: number;
}): number {
  if (demand.waiting === 0) return 0;
  const ceiling = demand.stateless && demand.autoscaling ? demand.max : 1;
  return Math.min(ceiling, demand.pool.busy + demand.waiting);
}
