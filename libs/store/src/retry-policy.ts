/**
 * Why an attempt to run an execution failed. `infrastructure`: host, container engine, store or broker failed under it; `start`: its
 * container could not be started; `exit`: a code other than 0; `oom`: killed at its memory limit; `timeout`: stopped at its time limit.
 */
export const failureKinds = ['infrastructure', 'start', 'exit', 'oom', 'timeout'] as const;
export type FailureKind = (typeof failureKinds)[number];

/** Which failures of an actor's executions are repeated, how often, and when. */
export interface RetryPolicy {
  /** Attempts of one execution, the first one included; 1 to 1000. */
  readonly max_attempts: number;
  /** Pause after the first failure, seconds; 0 to 86,400. */
  readonly backoff_seconds: number;
  /** Each pause is so many times the one before; 1 to 100. */
  readonly backoff_factor: number;
  /** Longest pause, seconds; 0 to 86,400. */
  readonly max_backoff_seconds: number;
  readonly retry_on: readonly FailureKind[];
}
