/** A worker that takes messages. */
export interface PoolWorker {
  readonly phase: 'starting' | 'idle' | 'taking' | 'busy';
  /** From 0, among the actor's workers of all hosts; Infinity while it starts. */
  readonly slot: number;
  /** When it last began or ended an execution, else when it was made. Milliseconds of the monotonic clock. */
  readonly activeAt: number;
}

/** What decides how long idle workers of an actor live. */
export interface IdleRules {
  readonly hints: readonly string[];
  /** Workers that stay, on all hosts together. */
  readonly minWorkers: number;
  /** How long an idle worker lives, milliseconds; Infinity: for ever. */
  readonly idleMs: number;
  /** The same for one worker of an actor with the hint `sync`, if longer (`workers.sync_max_idle_time`). */
  readonly maxIdleMs: number;
}

/** The official hint of contract 2.15: one worker stays warm for synchronous messages. */
const SYNC = 'sync';

/**
 * When to look at an idle worker again, in milliseconds; 0: it ends. The workers in the lowest slots are the ones that are kept warm:
 * slots are given out lowest first and for all hosts, so that there are never more of them. Of an actor with the hint `sync` the most
 * recently active worker stays until it has been idle for `maxIdleMs`, unless another one works or starts, which then is the warm
 * one (contract 5.6.3).
 */
export function idleTimeLeft(rules: IdleRules, worker: PoolWorker, others: readonly PoolWorker[], now: number): number {
  const { hints, minWorkers, idleMs, maxIdleMs } = rules;
  const idleLeftMs = worker.activeAt + idleMs - now;
  if (idleLeftMs > 0) return idleLeftMs;
  if (worker.slot < minWorkers) return idleMs;
  if (!hints.includes(SYNC)) return 0;
  const anotherIsWarm = others.some(({ phase, activeAt }) => phase !== 'idle' || activeAt > worker.activeAt);
  // another one may become the warm one: that is seen after another `idleMs`
  return anotherIsWarm ? 0 : Math.min(idleMs, Math.max(0, worker.activeAt + maxIdleMs - now));
}
