import { AbacoError, type LetterCase, invalidFieldMessage } from '@abaco/contract';
import { MAX_STORED_DEPTH } from '../http/field-conversions.js';

/** Thrown for an actor description that cannot be registered. The caller has to correct the field it names. */
export class InvalidActorDescription extends AbacoError {
  readonly kind = 'invalid';

  /** A field is missing or of the wrong type. */
  static field(
    field: Parameters<typeof invalidFieldMessage<'actor'>>[1],
    letterCase: LetterCase,
  ): InvalidActorDescription {
    return new InvalidActorDescription(invalidFieldMessage('actor', field, letterCase));
  }

  static because(reason: string): InvalidActorDescription {
    return new InvalidActorDescription(`Invalid actor description: ${reason}`);
  }

  /** Abaco's words for whatever the parser itself does not find. */
  static rejected(reason: string): InvalidActorDescription {
    return InvalidActorDescription.because(`Unable to process the JSON description.: 400 Bad Request: ${reason}`);
  }
}

/** Thrown for a request for workers that says no possible number. The caller has to correct it. */
export class InvalidWorkersRequest extends AbacoError {
  readonly kind = 'invalid';

  static field(field: 'num', letterCase: LetterCase): InvalidWorkersRequest {
    return new InvalidWorkersRequest(invalidFieldMessage('workers', field, letterCase));
  }

  static because(reason: string): InvalidWorkersRequest {
    return new InvalidWorkersRequest(`Invalid POST: ${reason}`);
  }
}

/** Thrown for an execution that cannot be recorded. The caller has to correct the field it names. */
export class InvalidExecution extends AbacoError {
  readonly kind = 'invalid';

  static field(
    field: Parameters<typeof invalidFieldMessage<'execution'>>[1],
    letterCase: LetterCase,
  ): InvalidExecution {
    return new InvalidExecution(invalidFieldMessage('execution', field, letterCase));
  }

  static because(reason: string): InvalidExecution {
    return new InvalidExecution(`Invalid actor execution description: ${reason}`);
  }
}

/** Thrown when `link` names no actor of the tenant (contract 2.1.2). */
export class InvalidLink extends AbacoError {
  readonly kind = 'invalid';
  constructor(readonly link: string) {
    super(
      'Invalid link parameter; unable to retrieve linked actor data. The link must be a valid actor id or alias for ' +
        'which you have EXECUTE permission. ',
    );
  }
}

/** Thrown when an actor is to receive its own events. */
export class SelfLink extends AbacoError {
  readonly kind = 'invalid';
  constructor(readonly actor: string) {
    super('Invalid link parameter. An actor cannot link to itself.');
  }
}

/** Thrown when events would go round in a circle of linked actors. */
export class CyclicLink extends AbacoError {
  readonly kind = 'invalid';
  constructor(readonly actor: string) {
    super('Error: this update would result in a cycle of linked actors.');
  }
}

/** Thrown when an actor is asked for that the tenant does not have. */
export class NoActorWithIdentifier extends AbacoError {
  readonly kind = 'not-found';
  constructor(readonly identifier: string) {
    super(`No actor found with identifier: ${identifier}.`);
  }
}

/** Thrown for a state that is empty, no JSON, or nests too deep to be stored. */
export class InvalidState extends AbacoError {
  readonly kind = 'invalid';
  constructor(detail = '') {
    super(`Invalid actor state description: state must be JSON serializable.${detail}`);
  }

  static tooDeep(): InvalidState {
    return new InvalidState(` It may nest at most ${MAX_STORED_DEPTH} levels deep.`);
  }
}

/** Thrown for a POST that contains no message (contract 2.4.2, case E). */
export class NoMessage extends AbacoError {
  readonly kind = 'invalid';
  constructor() {
    super('message POST body could not be serialized. Pass JSON data or use the message attribute.');
  }
}

/** Thrown for a binary message of unknown or refused size, or with parameters that cannot be passed to a container. */
export class InvalidMessage extends AbacoError {
  readonly kind = 'invalid';
}

/** Thrown when `follow` cannot be understood. The caller has to correct the query. */
export class InvalidFollow extends AbacoError {
  readonly kind = 'invalid';

  static value(): InvalidFollow {
    return new InvalidFollow('The query parameter follow must be true or false.');
  }

  static with(other: string): InvalidFollow {
    return new InvalidFollow(
      `follow=true sends a whole log as it comes: leave out the query parameter ${JSON.stringify(other)}.`,
    );
  }
}

/** Thrown when an execution whose result somebody waits for ends in ERROR. It may be sent again. */
export class ExecutionInError extends AbacoError {
  readonly kind = 'invalid';
  constructor(
    readonly execution: string,
    reason: string,
  ) {
    super(`Execution ${execution} ended in ERROR: ${reason}`);
  }
}
