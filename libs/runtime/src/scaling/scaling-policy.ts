import { type AbacoConfig, tenantConfig } from '@abaco/config';
import type { ActorRecord } from '@abaco/store';

/** What scaling needs to know of an actor. */
export type ScaledActor = Pick<ActorRecord, 'tenant' | 'stateless' | 'max_workers' | 'scaling'>;

/** How the number of an actor's workers follows its messages: what actor, tenant and instance say, taken together. */
export interface ScalingPolicy {
  /** Workers that stay although nothing waits; at most `maxWorkers`. */
  readonly minWorkers: number;
  /** From 1. */
  readonly maxWorkers: number;
  /** Messages, waiting and running, for each of which one worker is enough. From 1. */
  readonly messagesPerWorker: number;
  /** More workers than one only when the oldest message has waited for so long, milliseconds. */
  readonly scaleUpAgeMs: number;
  /** Workers that are added at a time; Infinity: as many as are wanted. */
  readonly scaleUpStep: number;
  /** Pause between two additions, milliseconds. */
  readonly cooldownMs: number;
  /** How long an idle worker beyond `minWorkers` lives, milliseconds; Infinity: for ever. */
  readonly idleMs: number;
}

/** Most workers that an actor gets of itself: stateful ones keep to one (contract 5.6.1). */
export const workerLimit = ({ stateless, max_workers, tenant }: ScaledActor, config: AbacoConfig): number =>
  stateless ? (max_workers ?? tenantConfig(config, tenant).max_workers_per_actor) : 1;

/** Without `workers.autoscaling` there is one worker, and more only if more are kept warm. */
export function scalingPolicyOf(actor: ScaledActor, config: AbacoConfig): ScalingPolicy {
  const tenant = tenantConfig(config, actor.tenant);
  const { scaling } = actor;
  const limit = workerLimit(actor, config);
  const minWorkers = Math.min(limit, scaling?.min_workers ?? tenant.min_workers);
  return {
    minWorkers,
    maxWorkers: tenant.autoscaling ? limit : Math.max(1, minWorkers),
    messagesPerWorker: scaling?.messages_per_worker ?? tenant.messages_per_worker,
    scaleUpAgeMs: (scaling?.scale_up_age ?? tenant.scale_up_age) * 1000,
    scaleUpStep: orUnlimited(scaling?.scale_up_step ?? tenant.scale_up_step),
    cooldownMs: (scaling?.scale_up_cooldown ?? tenant.scale_up_cooldown) * 1000,
    idleMs: orUnlimited(scaling?.worker_ttl ?? tenant.worker_ttl) * 1000,
  };
}

/** Workers that an actor gets when it is registered, before its first message (contract 5.1). */
export const firstWorkers = (actor: ScaledActor, config: AbacoConfig): number =>
  Math.max(
    Math.min(workerLimit(actor, config), tenantConfig(config, actor.tenant).init_count),
    scalingPolicyOf(actor, config).minWorkers,
  );

const orUnlimited = (value: number): number => (value < 0 ? Infinity : value);
