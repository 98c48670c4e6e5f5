import type { ActorContext, BehaviorObject } from '@abaco/actors';

/**
 * What `useClass` makes: a behavior whose constructor Nest fills. Each start and each restart makes a new instance, so that
 * fields are the actor's private state. It is no provider: nobody else can inject it, and Nest calls none of its own hooks on it;
 * `preStart` and `postStop` take the places of `onModuleInit` and `onModuleDestroy`.
 */
export interface InjectableBehavior<M> extends BehaviorObject<M> {
  /**
   * Runs after the constructor and before the first message, with the context that a constructor cannot have: to spawn children,
   * set timers, connect. When it throws, the start has failed and supervision decides; `postStop` does not run then.
   */
  preStart?(context: ActorContext<M>): void | Promise<void>;
}
