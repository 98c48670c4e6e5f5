import type { BehaviorFactory, SpawnOptions } from '@abaco/actors';
import type { FactoryProvider, ModuleMetadata, Type } from '@nestjs/common';
import type { InjectableBehavior } from './injectable-behavior.js';

interface NamedActor {
  /** Name of the top-level actor, unique in the system: its path is `/<system>/<name>`, its token `getActorToken(name)`. */
  readonly name: string;
  /** Supervision, mailbox, stop deadline: as for `ActorSystem.spawn`. */
  readonly options?: SpawnOptions;
}

interface InjectedActor extends NamedActor {
  /**
   * Modules that export what is injected. When Nest says that a dependency is not available in `ActorsModule`, its module is
   * missing here. Global modules need not be named.
   */
  readonly imports?: ModuleMetadata['imports'];
}

/** An actor that needs nothing injected. */
export interface BehaviorActorDefinition<M> extends NamedActor {
  /** Makes the behavior, at each start anew. */
  readonly behavior: BehaviorFactory<M>;
  readonly useFactory?: never;
  readonly useClass?: never;
}

/** An actor whose behavior factory is made from injected dependencies. */
export interface FactoryActorDefinition<M> extends InjectedActor {
  /** Tokens of what `useFactory` gets. Request-scoped providers cannot be among them: an actor lives longer than a request. */
  readonly inject?: FactoryProvider['inject'];
  /**
   * Called once, while Nest makes its providers. It must not return a behavior, which would carry the state of a failed actor over
   * its restart, but the function that makes one: that is called at each start.
   * @example useFactory: (mail: MailService) => () => { let sent = 0; return (message: Send) => { ... } }
   */
  readonly useFactory: (...injected: never[]) => BehaviorFactory<M> | Promise<BehaviorFactory<M>>;
  readonly behavior?: never;
  readonly useClass?: never;
}

/** An actor whose behavior is an instance of an injectable class, a new one at each start. */
export interface ClassActorDefinition<M> extends InjectedActor {
  /** Its scope is one start of the actor, whatever `@Injectable` says. */
  readonly useClass: Type<InjectableBehavior<M>>;
  readonly behavior?: never;
  readonly useFactory?: never;
}

/** A top-level actor of the application, by one of `behavior`, `useFactory` and `useClass`. */
export type ActorDefinition<M> = BehaviorActorDefinition<M> | FactoryActorDefinition<M> | ClassActorDefinition<M>;
