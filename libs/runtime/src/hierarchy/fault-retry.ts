import type { AbacoConfig } from '@abaco/config';
import type { ActorFault, FaultCause } from '@abaco/store';

type Pauses = Pick<AbacoConfig['workers'], 'error_retry_delay' | 'error_retry_max_delay'>;

/**
 * Milliseconds until an actor in ERROR is tried again: doubled with each try up to the longest, of which a random part up to a half is
 * taken off, so that what failed together does not come back together.
 * @param tries made so far, from 0
 * @param random from 0 to 1
 * @returns undefined when it is not tried: its containers fail, which ends executions, or the instance does not want it
 */
export function faultPause(
  cause: FaultCause,
  tries: number,
  { error_retry_delay: first, error_retry_max_delay: longest }: Pauses,
  random = Math.random(),
): number | undefined {
  if (cause === 'containers' || first < 0) return undefined;
  const seconds = Math.min(Math.max(first, longest), first * 2 ** Math.min(tries, 30));
  return Math.round(seconds * 1000 * (1 - random / 2));
}

/** @param tries made so far, from 0 */
export function faultOf(cause: FaultCause, tries: number, pauses: Pauses): ActorFault {
  const pause = faultPause(cause, tries, pauses);
  return { cause, tries, retry_at: pause === undefined ? null : new Date(Date.now() + pause) };
}
