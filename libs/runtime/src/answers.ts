import type { ExecutionId } from '@abaco/contract';
import type { Redriven } from './dead-letters/redrive-dead-letter.js';

/** A message that is durable in store and broker. */
export interface AcceptedMessage {
  readonly execution: ExecutionId;
  /** Owner of the actor. */
  readonly owner: string;
}

/** Messages of dead letters that run again. */
export interface RedrivenMailbox {
  readonly redriven: readonly Redriven[];
  /** Dead letters that are left: one request takes 100. */
  readonly remaining: number;
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
