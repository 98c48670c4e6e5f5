import type { AbacoConfig } from '@abaco/config';
import type { LosslessJson } from '@abaco/contract';
import { MAX_BACKOFF_SECONDS } from '@abaco/runtime';
import { type FailureKind, failureKinds, type RetryPolicy } from '@abaco/store';
import { ObjectMembers } from './object-members.js';

const members = ['max_attempts', 'backoff_seconds', 'backoff_factor', 'max_backoff_seconds', 'retry_on'] as const;

const MAX_ATTEMPTS = 1000;
const MAX_FACTOR = 100;

/** What a policy says where its author is silent; attempts are those of the instance. */
const standard = { backoff_seconds: 1, backoff_factor: 2, max_backoff_seconds: 300 } as const;

/**
 * The field `retry_policy` of an actor's description; its members are written as `web.case` says. `retry_on` has to be there.
 * @throws InvalidActorDescription
 */
export function readRetryPolicy(
  value: LosslessJson | undefined,
  { web, workers }: Pick<AbacoConfig, 'web' | 'workers'>,
): RetryPolicy | null {
  const policy = ObjectMembers.of('retry_policy', members, value, web.case);
  if (!policy) return null;
  return {
    max_attempts: policy.integer('max_attempts', workers.max_attempts, { max: MAX_ATTEMPTS }),
    backoff_seconds: policy.number('backoff_seconds', standard.backoff_seconds, 0, MAX_BACKOFF_SECONDS),
    backoff_factor: policy.number('backoff_factor', standard.backoff_factor, 1, MAX_FACTOR),
    max_backoff_seconds: policy.number('max_backoff_seconds', standard.max_backoff_seconds, 0, MAX_BACKOFF_SECONDS),
    retry_on: failuresOf(policy),
  };
}

function failuresOf(policy: ObjectMembers<(typeof members)[number]>): FailureKind[] {
  const value = policy.value('retry_on');
  const kinds = Array.isArray(value) ? (value as readonly LosslessJson[]) : undefined;
  const isKind = (kind: LosslessJson): kind is FailureKind => failureKinds.includes(kind as FailureKind);
  if (kinds?.every(isKind)) return failureKinds.filter((kind) => kinds.includes(kind));
  throw policy.refusal('retry_on', `must be a list of failures that are repeated, out of: ${failureKinds.join(', ')}.`);
}
