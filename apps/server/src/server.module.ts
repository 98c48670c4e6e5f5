import { type DynamicModule, Module } from '@nestjs/common';
import type { ActorTokens } from '@abaco/access';
import { AbacoModule, type AbacoOptions, type Logger, moduleLogger } from '@abaco/runtime';
import { tokenProviderOf } from './actor-tokens.js';
import { ApiModule } from './api.module.js';
import { Metrics } from './metrics/metrics.js';

export interface ServerOptions extends AbacoOptions {
  readonly logger: Logger;
  /** Given to executions, and taken from them. Default: there are none. */
  readonly actorTokens?: ActorTokens;
}

/** The whole server: the runtime and the REST service over it. */
@Module({})
export class ServerModule {
  static forRoot(options: ServerOptions): DynamicModule {
    const { actorTokens, ...runtime } = options;
    const tokens = actorTokens ? { tokens: tokenProviderOf(actorTokens, options.config) } : {};
    const metrics = new Metrics(options.config);
    return {
      module: ServerModule,
      imports: [
        AbacoModule.forRoot({ ...runtime, ...tokens, telemetry: metrics }),
        ApiModule.forRoot(options.config, moduleLogger(options.logger, 'http'), metrics, actorTokens),
      ],
    };
  }
}
