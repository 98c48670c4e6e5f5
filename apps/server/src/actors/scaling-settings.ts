import type { LetterCase, LosslessJson } from '@abaco/contract';
import type { ScalingSettings } from '@abaco/store';
import { ObjectMembers } from './object-members.js';

const members = [
  'min_workers',
  'messages_per_worker',
  'scale_up_age',
  'scale_up_step',
  'scale_up_cooldown',
  'worker_ttl',
] as const;

const MAX_WORKERS = 100_000;
const MAX_MESSAGES = 1_000_000;
const DAY_SECONDS = 86_400;
/** 68 years, seconds. */
const LONGEST_IDLE_SECONDS = 2 ** 31 - 1;

/**
 * The field `scaling` of an actor's description; its members are written as `web.case` says. Who leaves one out wants what the tenant has.
 * @param mostWorkers that the actor may have
 * @throws InvalidActorDescription
 */
export function readScalingSettings(
  value: LosslessJson | undefined,
  letterCase: LetterCase,
  mostWorkers: number,
): ScalingSettings | null {
  const scaling = ObjectMembers.of('scaling', members, value, letterCase);
  if (!scaling) return null;
  const min_workers = scaling.integer('min_workers', null, { min: 0, max: MAX_WORKERS });
  if (min_workers !== null && min_workers > mostWorkers) {
    throw scaling.refusal('min_workers', `can be ${mostWorkers} at most, the workers that the actor may have.`);
  }
  return {
    min_workers,
    messages_per_worker: scaling.integer('messages_per_worker', null, { max: MAX_MESSAGES }),
    scale_up_age: scaling.integer('scale_up_age', null, { min: 0, max: DAY_SECONDS }),
    scale_up_step: scaling.integer('scale_up_step', null, { max: MAX_WORKERS, unlimited: true }),
    scale_up_cooldown: scaling.integer('scale_up_cooldown', null, { min: 0, max: DAY_SECONDS }),
    worker_ttl: scaling.integer('worker_ttl', null, { max: LONGEST_IDLE_SECONDS, unlimited: true }),
  };
}
