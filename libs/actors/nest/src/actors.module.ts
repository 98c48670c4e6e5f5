import { ActorSystem } from '@abaco/actors';
import { type DynamicModule, type FactoryProvider, Module, type ModuleMetadata } from '@nestjs/common';
import type { ActorDefinition } from './actor-definition.js';
import { ActorLifecycle } from './actor-lifecycle.js';
import { actorProviders } from './actor-providers.js';
import { getActorToken } from './actor-token.js';
import {
  ACTORS_OPTIONS,
  type ActorsAsyncOptions,
  type ActorsOptions,
  type ActorsRootOptions,
} from './actors-options.js';
import { DuplicateActor } from './errors.js';
import { withLogs } from './logging-observer.js';

/**
 * The actor framework as a Nest module: `forRoot` once, in the root module, and `forFeature` in each module that has actors.
 *
 * Actors start when the application has started (after every `onModuleInit`); what they are told before waits in their mailboxes.
 * They stop, children before parents, when it closes: with `app.close()`, and at SIGTERM or SIGINT only after
 * `app.enableShutdownHooks()`.
 */
@Module({})
export class ActorsModule {
  /**
   * Provides one {@link ActorSystem}, to the whole application.
   * @throws ActorsRootDuplicated (while the application starts) when another module did, too
   * @example imports: [ActorsModule.forRoot({ name: 'shop', stopDeadlineMs: 20_000 })]
   */
  static forRoot({ global, ...options }: ActorsRootOptions = {}): DynamicModule {
    return this.root({ provide: ACTORS_OPTIONS, useFactory: () => options }, [], global);
  }

  /**
   * As {@link forRoot}, with options that need injected dependencies.
   * @example ActorsModule.forRootAsync({ inject: [ConfigService], useFactory: (config: ConfigService) => config.get('actors') })
   */
  static forRootAsync({ global, imports, inject = [], useFactory }: ActorsAsyncOptions): DynamicModule {
    const options = { provide: ACTORS_OPTIONS, inject, useFactory } as FactoryProvider<ActorsOptions>;
    return this.root(options, imports, global);
  }

  /**
   * Spawns top-level actors with the application, and provides their refs for {@link InjectActor} to the importing module.
   *
   * At each restart an actor gets a new behavior, so that the state it failed with is gone: `behavior`, the function that
   * `useFactory` returned, or the constructor of `useClass` is called again. Hence no provider can be a behavior.
   * @throws DuplicateActor when two have the same name (of different modules: while the application starts)
   * @throws ActorsRootMissing, NoBehaviorFactory, InvalidName while the application starts
   * @example
   * imports: [
   *   ActorsModule.forFeature([
   *     { name: 'clock', behavior: () => (message: Tick) => { ... } },
   *     { name: 'mailer', imports: [MailModule], useClass: MailerActor, options: { mailboxCapacity: 1_000 } },
   *     { name: 'audit', imports: [StoreModule], inject: [Store], useFactory: (store: Store) => () => new Audit(store) },
   *   ]),
   * ]
   */
  static forFeature<Messages extends readonly unknown[]>(
    definitions: readonly [...{ [I in keyof Messages]: ActorDefinition<Messages[I]> }],
  ): DynamicModule {
    const all = definitions as readonly ActorDefinition<unknown>[];
    const names = new Set<string>();
    for (const { name } of all) {
      if (names.has(name)) throw new DuplicateActor(name);
      names.add(name);
    }
    return {
      module: ActorsModule,
      imports: all.flatMap((definition) => ('imports' in definition ? (definition.imports ?? []) : [])),
      providers: all.flatMap((definition) => actorProviders(definition)),
      exports: [...names].map(getActorToken),
    };
  }

  private static root(
    options: FactoryProvider<ActorsOptions>,
    imports: ModuleMetadata['imports'] = [],
    global = true,
  ): DynamicModule {
    return {
      module: ActorsModule,
      global,
      imports,
      providers: [
        options,
        {
          provide: ActorSystem,
          inject: [ACTORS_OPTIONS],
          useFactory: (given: ActorsOptions) => new ActorSystem({ ...given, observer: withLogs(given.observer) }),
        },
        ActorLifecycle,
      ],
      exports: [ActorSystem, ActorLifecycle],
    };
  }
}
