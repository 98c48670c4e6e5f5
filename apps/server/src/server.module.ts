import { type DynamicModule, Module } from '@nestjs/common';
import { AbacoModule, type AbacoOptions, type Logger } from '@abaco/runtime';
import { ApiModule } from './api.module.js';
import { Metrics } from './metrics/metrics.js';

/** The whole server: the runtime and the REST service over it. */
@Module({})
export class ServerModule {
  static forRoot(options: AbacoOptions & { readonly logger: Logger }): DynamicModule {
    const metrics = new Metrics(options.config);
    return {
      module: ServerModule,
      imports: [
        AbacoModule.forRoot({ ...options, telemetry: metrics }),
        ApiModule.forRoot(options.config, options.logger, metrics),
      ],
    };
  }
}
