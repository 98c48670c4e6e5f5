import { AbacoError } from '@abaco/contract';

/** Thrown when an actor has no such dead letter: it never was one, was removed or its time is over. */
export class DeadLetterNotFound extends AbacoError {
  readonly kind = 'not-found';
  constructor(
    readonly actor: string,
    readonly execution: string,
  ) {
    super(`Actor ${actor} has no dead letter ${execution}.`);
  }
}
