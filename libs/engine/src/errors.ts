import { AbacoError, ServiceUnavailable } from '@abaco/contract';

/** No container engine answers at the configured place. */
export class EngineUnavailable extends ServiceUnavailable {}

/** The image is neither on the engine nor in its registry. The user has to correct the name or push the image. */
export class ImageNotFound extends AbacoError {
  readonly kind = 'not-found';
  constructor(
    readonly image: string,
    options?: ErrorOptions,
  ) {
    super(`Image ${image} was not found on the public registry.`, options);
  }
}

/** The image could not be fetched: registry unreachable, access denied, or the transfer failed. Trying again may help. */
export class ImagePullFailed extends AbacoError {
  readonly kind = 'unavailable';
  constructor(
    readonly image: string,
    reason: string,
    options?: ErrorOptions,
  ) {
    super(`Error pulling image ${image} - exception: ${reason} `, options);
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
