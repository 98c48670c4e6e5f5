import type { ExecutionId } from '@abaco/contract';

/** A message that is durable in store and broker. */
export interface AcceptedMessage {
  readonly execution: ExecutionId;
  /** Owner of the actor. */
  readonly owner: string;
}

/** A mailbox without waiting messages. */
export interface PurgedMailbox {
  /** Messages that were dropped; their executions are in ERROR. */
  readonly dropped: number;
  /** Owner of the actor. */
  readonly owner: string;
}

/** Workers of an actor after a request for so many. */
export interface EnsuredWorkers {
  /** Those that there were, in whatever status. */
  readonly previous: number;
  readonly added: number;
}
