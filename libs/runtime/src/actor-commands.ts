import type { Caller } from '@abaco/access';
import type { ActorId, ExecutionId } from '@abaco/contract';
import type { ActorRecord } from '@abaco/store';
import type { ActorDescription } from './actor-description.js';
import type { IncomingMessage } from './incoming-message.js';

/** The way into the hierarchy: everything that writes or has a life cycle. Nest provider. */
export declare class ActorCommands {
  register(caller: Caller, description: ActorDescription): Promise<ActorRecord>;
  /** @returns whether every worker was gone within 20 s. @throws ActorNotFound */
  delete(caller: Caller, actor: ActorId): Promise<{ complete: boolean }>;
  /**
   * Resolves when the message is durable in store and broker.
   * @throws ActorNotFound, MessageNotAccepted
   */
  send(caller: Caller, actor: ActorId, message: IncomingMessage): Promise<{ execution: ExecutionId }>;
  /** Drops the waiting messages; their executions end in ERROR. @returns how many. @throws ActorNotFound */
  purge(caller: Caller, actor: ActorId): Promise<number>;
  /** @throws ActorNotFound, ActorIsStateless */
  replaceState(caller: Caller, actor: ActorId, state: unknown): Promise<ActorRecord>;
}
