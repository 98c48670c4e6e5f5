import type { ActorContext } from './context.js';

/**
 * What an actor does with its next message. One message is handled at a time: the next one waits until the returned promise
 * has settled. Returning a behavior replaces this one from the next message on ("become"); returning nothing keeps it.
 */
export type Receive<M> = (message: M, context: ActorContext<M>) => BehaviorResult<M> | Promise<BehaviorResult<M>>;

export type BehaviorResult<M> = Behavior<M> | void;

/** A behavior with hooks, usually a class instance. A bare `Receive` function is a behavior, too. */
export interface BehaviorObject<M> {
  receive: Receive<M>;
  /** Runs exactly once, after the last message and after all children have stopped, also when the actor failed. */
  postStop?(context: ActorContext<M>): void | Promise<void>;
  /** Runs before the factory makes a new instance because of `reason`. Children have been stopped. */
  preRestart?(reason: Error, context: ActorContext<M>): void | Promise<void>;
}

export type Behavior<M> = Receive<M> | BehaviorObject<M>;

/** Makes the behavior at start and again at every restart; what it closes over is the actor's private state. May be async. */
export type BehaviorFactory<M> = (context: ActorContext<M>) => Behavior<M> | Promise<Behavior<M>>;
