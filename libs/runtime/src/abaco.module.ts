import { Module, type DynamicModule, type FactoryProvider, type ModuleMetadata, type Provider } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { Administration } from './administration/administration.js';
import type { AbacoOptions } from './abaco-options.js';
import { AbacoSystem } from './abaco-system.js';
import { ActorCommands } from './actor-commands.js';
import { ActorQueries } from './actor-queries.js';
import { Configs } from './configs/configs.js';
import { connectServices } from './connect-services.js';
import { DeadLetters } from './dead-letters/dead-letters.js';
import { Deliveries } from './events/deliveries.js';
import { Health } from './health/health.js';
import { HostAccess } from './host-access/host-access.js';
import { FunctionDiscovery } from './functions/function-discovery.js';
import { SearchQueries } from './search/search-queries.js';
import { ActorPermissions } from './sharing/actor-permissions.js';
import { Aliases } from './sharing/aliases.js';
import { Nonces } from './sharing/nonces.js';
import { Usage } from './telemetry/usage.js';
import { ABACO_OPTIONS, RUNTIME_SERVICES } from './tokens.js';
import { ExecutionStreams } from './watching/execution-streams.js';
import { ExecutionWatcher } from './watching/execution-watcher.js';
import { SynchronousCalls } from './watching/synchronous-calls.js';

/** How `forRootAsync` gets its options: like every Nest factory provider. */
export interface AbacoAsyncOptions extends Pick<ModuleMetadata, 'imports'> {
  readonly inject?: FactoryProvider['inject'];
  readonly useFactory: (...injected: never[]) => AbacoOptions | Promise<AbacoOptions>;
}

/** What applications inject. */
const services = [
  ActorCommands,
  ActorPermissions,
  ActorQueries,
  Administration,
  Aliases,
  Configs,
  DeadLetters,
  Deliveries,
  ExecutionStreams,
  Health,
  Nonces,
  SearchQueries,
  SynchronousCalls,
  Usage,
];

/**
 * The runtime as a Nest module. It provides {@link ActorCommands}, {@link ActorQueries} and services for what belongs to actors to the
 * whole application, starts the hierarchy with it and drains it at shutdown (call `app.enableShutdownHooks()`).
 * Methods of providers that carry `@AbacoFunction` become functions that actors can run.
 * @example imports: [AbacoModule.forRoot({ config: loadConfig({ file: 'abaco.yaml', env: process.env }) })]
 */
@Module({})
export class AbacoModule {
  static forRoot(options: AbacoOptions): DynamicModule {
    return this.build({ provide: ABACO_OPTIONS, useValue: options });
  }

  static forRootAsync(options: AbacoAsyncOptions): DynamicModule {
    const provider = { provide: ABACO_OPTIONS, useFactory: options.useFactory, inject: options.inject ?? [] };
    return this.build(provider as FactoryProvider, options.imports);
  }

  private static build(options: Provider, imports: ModuleMetadata['imports'] = []): DynamicModule {
    return {
      module: AbacoModule,
      global: true,
      imports: [DiscoveryModule, ...imports],
      providers: [
        options,
        { provide: RUNTIME_SERVICES, useFactory: connectServices, inject: [ABACO_OPTIONS] },
        AbacoSystem,
        ExecutionWatcher,
        FunctionDiscovery,
        HostAccess,
        ...services,
      ],
      exports: services,
    };
  }
}
