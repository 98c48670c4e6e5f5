import { AbacoError } from '@abaco/contract';

/** Why the server cannot start, in words for the operator: what is wrong and how to get on. */
export class StartupError extends AbacoError {
  readonly kind = 'unavailable';
}
