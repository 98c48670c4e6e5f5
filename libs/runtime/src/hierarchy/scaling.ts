import type { PoolState } from './mailbox-protocol.js';

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
