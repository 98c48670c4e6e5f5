/** A child gave its failure to its parent, which now fails with it. */
export class EscalatedFailure {
  constructor(readonly error: Error) {}
}
