import type { BehaviorFactory } from './behavior.js';
import type { SpawnOptions } from './context.js';
import type { DeadLetter } from './dead-letter.js';
import type { Ref } from './ref.js';

export interface ActorSystemOptions {
  /** First element of every path. Default `system`. */
  readonly name?: string;
  /** Called for every dead letter. Default: nothing. Must not throw. */
  readonly onDeadLetter?: (letter: DeadLetter) => void;
  /** Called for every failure, with what supervision decided. Default: nothing. Must not throw. */
  readonly onFailure?: (failure: { path: string; error: Error; directive: string }) => void;
}

/** The root of one tree of actors. */
export declare class ActorSystem {
  constructor(options?: ActorSystemOptions);
  readonly name: string;
  /** Starts a top-level actor, `/<system>/<name>`. */
  spawn<M>(name: string, factory: BehaviorFactory<M>, options?: SpawnOptions): Ref<M>;
  /** Stops the whole tree, children before parents; resolves when all is drained or after `deadlineMs` (default 10,000). */
  stop(deadlineMs?: number): Promise<void>;
}
