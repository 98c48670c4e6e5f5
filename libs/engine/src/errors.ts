import { AbacoError, ServiceUnavailable } from '@abaco/contract';
import { isTransient, type PullFailure, remedies } from './image/pull-failure.js';

/** No container engine answers at the configured place. */
export class EngineUnavailable extends ServiceUnavailable {}

/** The image is neither on the engine nor in its registry, or not for these credentials. The user has to correct the name or push it. */
export class ImageNotFound extends AbacoError {
  readonly kind = 'not-found';
  constructor(
    readonly image: string,
    options?: ErrorOptions,
  ) {
    super(`Image ${image} was not found on the public registry. ${remedies['not-found']}`, options);
  }
}

/** The image could not be fetched. Trying again helps when it is `transient`; else the message says what does. */
export class ImagePullFailed extends AbacoError {
  readonly kind = 'unavailable';
  constructor(
    readonly image: string,
    readonly failure: PullFailure,
    reason: string,
    options?: ErrorOptions,
  ) {
    super(`Error pulling image ${image} - exception: ${reason} ${remedies[failure]}`, options);
  }

  /** Whether the failure may pass by itself. */
  get transient(): boolean {
    return isTransient(this.failure);
  }
}

/** The engine refused to create or start the container (no entry point, bad limits, broken mount). Nothing is left behind. */
export class ContainerNotStarted extends AbacoError {
  readonly kind = 'invalid';
  /** What a shell would report: 127 the program is missing, 126 it cannot be executed; absent when it did not come to that. */
  readonly exitCode?: number;
  constructor(
    readonly image: string,
    reason: string,
    { exitCode, ...options }: ErrorOptions & { exitCode?: number } = {},
  ) {
    super(`Container of image ${image} could not be started: ${reason}`, options);
    if (exitCode !== undefined) this.exitCode = exitCode;
  }
}
