import type { ActorRecord } from '@abaco/store';
import type { WorkerPhase } from './worker-pool.js';

/** A worker that takes messages. */
export interface PoolWorker {
  readonly phase: WorkerPhase;
  /** When it last began or ended an execution, else when it was made. Milliseconds of the monotonic clock. */
  readonly activeAt: number;
}

/** The official hint of contract 2.15: one worker stays warm for synchronous messages. */
const SYNC = 'sync';

/**
 * How much longer a worker whose `workers.worker_ttl` is over stays idle, in milliseconds; 0: it ends. Of an actor with the hint
 * `sync` the most recently active worker stays until it has been idle for `maxIdleMs`, unless another one works or starts, which
 * then is the warm one (contract 5.6.3).
 */
export function idleTimeLeft(
  actor: Pick<ActorRecord, 'hints'>,
  worker: PoolWorker,
  others: readonly PoolWorker[],
  maxIdleMs: number,
  now: number,
): number {
  if (!actor.hints.includes(SYNC)) return 0;
  const anotherIsWarm = others.some(({ phase, activeAt }) => phase !== 'idle' || activeAt > worker.activeAt);
  return anotherIsWarm ? 0 : Math.max(0, worker.activeAt + maxIdleMs - now);
}
