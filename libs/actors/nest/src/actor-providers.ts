import type { BehaviorFactory } from '@abaco/actors';
import { type FactoryProvider, type Provider, Scope } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import type { ActorDefinition, ClassActorDefinition } from './actor-definition.js';
import { ActorLifecycle } from './actor-lifecycle.js';
import { getActorToken } from './actor-token.js';
import { ActorsRootMissing, NoBehaviorFactory } from './errors.js';
import type { InjectableBehavior } from './injectable-behavior.js';

/** The providers of one actor; the one to export has the token `getActorToken(name)`. */
export function actorProviders<M>(definition: ActorDefinition<M>): Provider[] {
  if ('useClass' in definition && definition.useClass !== undefined) return classProviders(definition);
  if ('useFactory' in definition && definition.useFactory !== undefined) {
    const { inject = [], useFactory } = definition;
    return [refProvider(definition, 'useFactory', inject, (...injected) => useFactory(...(injected as never[])))];
  }
  return [refProvider(definition, 'behavior', [], () => definition.behavior)];
}

/**
 * The class is registered as a transient provider: Nest checks its dependencies when the application starts, and makes a new
 * instance whenever one is resolved.
 */
function classProviders<M>(definition: ClassActorDefinition<M>): Provider[] {
  const { name, useClass } = definition;
  if (typeof useClass !== 'function') throw new NoBehaviorFactory(name, 'useClass', useClass);
  const token = `Behavior of ${getActorToken(name)}`;
  const makeFactory =
    (moduleRef: ModuleRef): BehaviorFactory<M> =>
    async (context) => {
      const behavior = await moduleRef.resolve<InjectableBehavior<M>>(token);
      await behavior.preStart?.(context);
      return behavior;
    };
  return [
    { provide: token, useClass, scope: Scope.TRANSIENT },
    refProvider(definition, 'useClass', [ModuleRef], makeFactory as (...injected: unknown[]) => BehaviorFactory<M>),
  ];
}

/** Provides the ref of an actor that it spawns with what `makeFactory` makes of the injected dependencies. */
function refProvider<M>(
  { name, options }: ActorDefinition<M>,
  field: string,
  inject: NonNullable<FactoryProvider['inject']>,
  makeFactory: (...injected: unknown[]) => BehaviorFactory<M> | Promise<BehaviorFactory<M>>,
): Provider {
  return {
    provide: getActorToken(name),
    // Optional, so that its absence is explained here rather than by Nest, which knows nothing of forRoot.
    inject: [{ token: ActorLifecycle, optional: true }, ...inject],
    useFactory: async (lifecycle: ActorLifecycle | undefined, ...injected: unknown[]) => {
      if (!lifecycle) throw new ActorsRootMissing(name);
      const factory = await makeFactory(...injected);
      if (typeof factory !== 'function') throw new NoBehaviorFactory(name, field, factory);
      return lifecycle.spawn(name, factory, options);
    },
  };
}
