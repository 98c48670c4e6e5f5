import { AbacoError } from '@abaco/contract';

/** Why an execution cannot be given its environment: it ends in ERROR with this text. */
export class EnvironmentTooLarge extends AbacoError {
  readonly kind = 'invalid';
  constructor(
    readonly bytes: number,
    readonly most: number,
  ) {
    super(
      `The environment of the execution takes ${bytes} bytes, and can take ${most}. ` +
        'Shorten the default_environment, the configs or the query parameters of the message.',
    );
  }
}
