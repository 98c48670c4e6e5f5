import { ContainerNotStarted, ImageNotFound, ImagePullFailed } from '@abaco/engine';
import type { FaultCause } from '@abaco/store';

/** Why an actor cannot have workers: `reason` is what its users read (contract 5.2). */
export interface StartFailure {
  readonly cause: FaultCause;
  readonly reason: string;
}

/** @returns undefined when it says nothing of the actor: engine, store or broker are away, and supervision tries again */
export function startFailureOf(error: Error): StartFailure | undefined {
  if (error instanceof ContainerNotStarted) {
    return { cause: 'engine', reason: `Unable to start worker; error: ${error.message}` };
  }
  const reason = `Spawner got an exception from call to start_worker. Exception:${error.message}`;
  if (error instanceof ImageNotFound) return { cause: 'image-not-found', reason };
  if (error instanceof ImagePullFailed) return { cause: `image-${error.failure}`, reason };
  return undefined;
}
