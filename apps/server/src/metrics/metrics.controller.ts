import { Controller, Get, Header, Inject, Req, Res, type Type } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AbacoConfig } from '@abaco/config';
import { StoreUnavailable } from '@abaco/store';
import { Usage, type UsageSnapshot } from '@abaco/runtime';
import { Public } from '../http/access.guard.js';
import { Needs } from '../http/needs.js';
import { ApiMetrics } from '../openapi/metrics.js';
import { ABACO_CONFIG } from '../tokens.js';
import { Metrics, withoutOtherTenants } from './metrics.js';

/** For Prometheus, as admins with `web.metrics: admin`. Scraping is all it does: autoscaling runs by itself. */
@ApiMetrics.controller()
@Needs('admin')
@Controller('metrics')
export class MetricsController {
  private readonly ownTenantOnly: boolean;

  constructor(
    private readonly metrics: Metrics,
    private readonly usage: Usage,
    @Inject(ABACO_CONFIG) { web }: AbacoConfig,
  ) {
    this.ownTenantOnly = web.admin_scope === 'tenant';
  }

  @ApiMetrics.get()
  @Get()
  @Header('Cache-Control', 'no-store')
  async get(@Req() { caller }: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    void reply.header('Content-Type', this.metrics.contentType);
    const text = await this.metrics.render(await this.snapshot());
    return caller && this.ownTenantOnly ? withoutOtherTenants(text, caller.tenant) : text;
  }

  /** A store that does not answer is just when the other metrics are needed. */
  private async snapshot(): Promise<UsageSnapshot | undefined> {
    try {
      return await this.usage.snapshot();
    } catch (error) {
      if (error instanceof StoreUnavailable) return undefined;
      throw error;
    }
  }
}

/** The same for everybody, with `web.metrics: public`. */
@Public()
@ApiMetrics.controller()
@Controller('metrics')
export class PublicMetricsController extends MetricsController {}

/** What serves `/metrics`, as `web.metrics` says. */
export function metricsControllers({ web }: AbacoConfig): Type[] {
  switch (web.metrics) {
    case 'admin':
      return [MetricsController];
    case 'public':
      return [PublicMetricsController];
    case 'off':
      return [];
    default:
      return web.metrics satisfies never;
  }
}
