import type { ScalingPolicy } from './scaling-policy.js';

/** What is known of an actor's messages and workers at a moment. */
export interface Demand {
  /** Milliseconds of the monotonic clock. */
  readonly now: number;
  /** Messages that no worker has taken. */
  readonly waiting: number;
  /** How long the oldest of them has waited, milliseconds. */
  readonly oldestMs: number;
  /** Workers that take messages, or will. */
  readonly pool: { readonly starting: number; readonly idle: number; readonly busy: number };
  /** Workers of the actor on other hosts. */
  readonly elsewhere: number;
}

/** What one decision leaves for the next. */
export interface ScalingState {
  /** When workers were last added, milliseconds of the monotonic clock; -Infinity: never. */
  readonly grownAt: number;
}

export interface ScalingDecision extends ScalingState {
  /** At least so many workers, those that are there included. Fewer than there are ends none: idle workers end by their time. */
  readonly target: number;
  /** When to decide again although nothing has changed, milliseconds; Infinity: there is no need to. */
  readonly lookInMs: number;
}

export const NEVER_GROWN: ScalingState = { grownAt: -Infinity };

/**
 * How many workers an actor should have now. The first worker, and those that are kept warm, come at once; more come when there are
 * more messages than `messagesPerWorker` for each, the oldest has waited long enough, and the last addition is long enough ago.
 * Only ever asks for more; a message that waits always has a worker to wait for.
 */
export function decideWorkers(policy: ScalingPolicy, demand: Demand, { grownAt }: ScalingState): ScalingDecision {
  const { now, waiting, oldestMs, pool, elsewhere } = demand;
  const present = pool.starting + pool.idle + pool.busy;
  const warm = Math.max(0, policy.minWorkers - elsewhere);
  const to = (target: number, lookInMs = Infinity): ScalingDecision => ({
    target,
    lookInMs,
    grownAt: target > present ? now : grownAt,
  });
  if (waiting === 0) return to(warm);
  const atOnce = Math.max(warm, 1);
  const wanted = Math.min(policy.maxWorkers, Math.ceil((pool.busy + waiting) / policy.messagesPerWorker));
  if (wanted <= Math.max(atOnce, present)) return to(Math.max(atOnce, wanted));
  const pauseMs = Math.max(policy.scaleUpAgeMs - oldestMs, grownAt + policy.cooldownMs - now);
  if (pauseMs > 0) return to(Math.max(atOnce, Math.min(present, policy.maxWorkers)), pauseMs);
  const target = Math.min(wanted, Math.max(atOnce, present + policy.scaleUpStep));
  return to(target, target < wanted ? policy.cooldownMs : Infinity);
}
