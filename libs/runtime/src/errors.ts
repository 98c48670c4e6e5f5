import { AbacoError, type ExecutionStatus, ServiceUnavailable } from '@abaco/contract';

/** Thrown when the tenant has no such actor. The caller may retry after registering it. */
export class ActorNotFound extends AbacoError {
  readonly kind = 'not-found';
  constructor(readonly identifier: string) {
    super(`No actor found with id: ${identifier}.`);
  }
}

/** Thrown when the actor has no such execution. */
export class ExecutionNotFound extends AbacoError {
  readonly kind = 'invalid';
  constructor(
    readonly actor: string,
    readonly execution: string,
  ) {
    super(`No executions found with actor id of ${actor} and execution id of ${execution}.`);
  }
}

/** Thrown when an execution is to be halted that does not run. */
export class ExecutionNotRunning extends AbacoError {
  readonly kind = 'invalid';
  constructor(
    readonly execution: string,
    readonly status: ExecutionStatus,
  ) {
    super(`Cannot force quit an execution not in RUNNING status. Execution was found in status: ${status}`);
  }
}

/** Thrown when the actor has no such worker. */
export class WorkerNotFound extends AbacoError {
  readonly kind = 'not-found';
  constructor(readonly worker: string) {
    super('Worker not found.');
  }
}

/** Thrown when a message was not taken: broker or store are down. It will never run; the caller may send it again. */
export class MessageNotAccepted extends ServiceUnavailable {}

/** Thrown when an idempotency key comes again with another message. The caller has to choose another key for it. */
export class IdempotencyKeyReused extends AbacoError {
  readonly kind = 'unprocessable';
  constructor(
    readonly actor: string,
    readonly execution: string,
  ) {
    super(
      `This Idempotency-Key was sent with another message to actor ${actor}: execution ${execution}. ` +
        'The message was not accepted. Send every message with a key of its own.',
    );
  }
}

/** Thrown when the state of a stateless actor is to be written. */
export class ActorIsStateless extends AbacoError {
  readonly kind = 'not-found';
  constructor(readonly actor: string) {
    super('actor is stateless.');
  }
}

/** Thrown when an update would make a stateful actor stateless. The caller has to send `stateless: false`. */
export class ActorIsStateful extends AbacoError {
  readonly kind = 'invalid';
  constructor(readonly actor: string) {
    super('Invalid actor description: an actor that was not stateless cannot be updated to be stateless.');
  }
}

/** Thrown when workers are asked for an actor in ERROR. The caller has to update it first. */
export class ActorInError extends AbacoError {
  readonly kind = 'invalid';
  constructor(readonly actor: string) {
    super(
      `Actor ${actor} is in ERROR and gets no workers: see its status_message. An update (PUT) with another image, or with ` +
        'force, lets it start again.',
    );
  }
}

/** Thrown when an actor has been changed since its caller read it. The caller has to read it again and repeat the change. */
export class ActorChanged extends AbacoError {
  readonly kind = 'precondition';
  constructor(readonly actor: string) {
    super(
      `Actor ${actor} has been changed since: its ETag is not the one of If-Match. Read it again and repeat your change.`,
    );
  }
}
