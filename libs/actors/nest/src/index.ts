export { ActorsModule } from './actors.module.js';
export type { ActorsAsyncOptions, ActorsOptions, ActorsRootOptions } from './actors-options.js';
export type {
  ActorDefinition,
  BehaviorActorDefinition,
  ClassActorDefinition,
  FactoryActorDefinition,
} from './actor-definition.js';
export type { InjectableBehavior } from './injectable-behavior.js';
export { getActorToken, InjectActor } from './actor-token.js';
export { ActorsRootDuplicated, ActorsRootMissing, DuplicateActor, NoBehaviorFactory, NotABehavior } from './errors.js';
