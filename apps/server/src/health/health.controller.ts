import { Controller, Get } from '@nestjs/common';
import { HealthCheckService, HealthIndicatorService } from '@nestjs/terminus';
import type { Envelope } from '@abaco/contract';
import { ServiceUnavailable } from '@abaco/contract';
import { Health } from '@abaco/runtime';
import { Public } from '../http/access.guard.js';
import { Answers } from '../http/answers.js';
import { ApiHealth } from '../openapi/health.js';

/** For load balancers and orchestrators: no caller, no tenant. */
@Public()
@ApiHealth.controller()
@Controller('health')
export class HealthController {
  constructor(
    private readonly health: Health,
    private readonly checks: HealthCheckService,
    private readonly indicators: HealthIndicatorService,
    private readonly answers: Answers,
  ) {}

  /** Looks only at what a restart would mend, and not at the parts the service depends on: that would not bring them back. */
  @ApiHealth.live()
  @Get('live')
  async live(): Promise<Envelope> {
    if (!(await this.health.alive())) throw new ServiceUnavailable('Not alive: hierarchy.');
    return this.answers.success(await this.checks.check([]), 'The service is alive.');
  }

  @ApiHealth.ready()
  @Get('ready')
  async ready(): Promise<Envelope> {
    const parts = Object.entries(await this.health.parts());
    const missing = parts.filter(([, works]) => !works).map(([name]) => name);
    if (missing.length > 0) throw new ServiceUnavailable(`Not ready: ${missing.join(', ')}.`);
    const result = await this.checks.check(
      parts.map(
        ([name]) =>
          () =>
            this.indicators.check(name).up(),
      ),
    );
    return this.answers.success(result, 'The service is ready.');
  }
}
