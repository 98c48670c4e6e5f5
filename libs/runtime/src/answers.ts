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
