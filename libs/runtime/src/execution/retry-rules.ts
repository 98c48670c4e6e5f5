import type { AbacoConfig } from '@abaco/config';
import type { ActorRecord, ExecutionOutcome, FailureKind, RetryPolicy } from '@abaco/store';

/** Longest pause before a next attempt, seconds. */
export const MAX_BACKOFF_SECONDS = 86_400;

/** What becomes of an execution after an attempt. */
export type Verdict =
  /** It has its end. */
  | { readonly kind: 'final' }
  | { readonly kind: 'retry'; readonly delayMs: number }
  /** Its attempts are used up. */
  | { readonly kind: 'dead-letter' };

/** That of the actor; without one only failures of the infrastructure are repeated, `workers.max_attempts` times. */
export const retryPolicyOf = (
  actor: Pick<ActorRecord, 'retry_policy'>,
  { workers }: { readonly workers: Pick<AbacoConfig['workers'], 'max_attempts'> },
): RetryPolicy =>
  actor.retry_policy ?? {
    max_attempts: workers.max_attempts,
    backoff_seconds: 0,
    backoff_factor: 1,
    max_backoff_seconds: 0,
    retry_on: ['infrastructure'],
  };

/** Of a container that ended by itself or at a limit: what the attempt failed of, if it did. */
export function failureOf(
  { exit_code, final_state }: Pick<ExecutionOutcome, 'exit_code' | 'final_state'>,
  { timedOut }: { timedOut: boolean },
): FailureKind | undefined {
  if (timedOut) return 'timeout';
  if (final_state?.['OOMKilled'] === true) return 'oom';
  return exit_code === null || exit_code === 0 ? undefined : 'exit';
}

/** In words that users see. */
export function failureText(failure: FailureKind, { exit_code }: Pick<ExecutionOutcome, 'exit_code'>): string {
  switch (failure) {
    case 'exit':
      return `The container ended with exit code ${exit_code}.`;
    case 'oom':
      return 'The container was killed at its memory limit.';
    case 'timeout':
      return 'The container was stopped at its time limit.';
    case 'start':
      return 'The container could not be started.';
    case 'infrastructure':
      return 'The host, the container engine, the store or the broker failed.';
  }
}

/** @param attempt the one that ended, from 1 */
export function verdictOn(policy: RetryPolicy, attempt: number, failure: FailureKind | undefined): Verdict {
  if (failure === undefined || !policy.retry_on.includes(failure)) return { kind: 'final' };
  if (attempt >= policy.max_attempts) return { kind: 'dead-letter' };
  return { kind: 'retry', delayMs: backoffMs(policy, attempt) };
}

/** Pause after the failure of an attempt, milliseconds: the first one, growing by the factor up to the longest. */
export function backoffMs(
  { backoff_seconds, backoff_factor, max_backoff_seconds }: RetryPolicy,
  attempt: number,
): number {
  if (backoff_seconds === 0) return 0;
  // a power beyond the range of numbers is Infinity, which the longest pause bounds
  const seconds = Math.min(backoff_seconds * backoff_factor ** (attempt - 1), max_backoff_seconds, MAX_BACKOFF_SECONDS);
  return Math.round(seconds * 1000);
}
