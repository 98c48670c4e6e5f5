import { Controller, Get, Header, HttpCode, Inject, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Caller } from '@abaco/access';
import type { AbacoConfig } from '@abaco/config';
import { displayTime, displayTimeOrNone, toSnake } from '@abaco/contract';
import { type ActorReport, Administration } from '@abaco/runtime';
import { CurrentCaller } from '../http/current-caller.js';
import { toText } from '../http/field-conversions.js';
import { Needs } from '../http/needs.js';
import type { RequestBody } from '../http/request-body.js';
import { RequestFields } from '../http/request-fields.js';
import { ApiDashboard } from '../openapi/admin.js';
import { ABACO_CONFIG } from '../tokens.js';
import { dashboardPage, type DashboardRow } from './dashboard-page.js';
import { InvalidDashboardForm } from './errors.js';
import { actorsOf, type RemoteActor, RemoteInstanceFailed } from './remote-instance.js';

const HTML = 'text/html; charset=utf-8';
/** The page has no scripts, and loads and frames nothing. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'";

/** A page with all actors, of this instance or of another (contract 2.12). */
@ApiDashboard.controller()
@Needs('admin')
@Controller('admin/dashboard')
export class DashboardController {
  private readonly instances: readonly string[];

  constructor(
    private readonly administration: Administration,
    @Inject(ABACO_CONFIG) { web }: AbacoConfig,
  ) {
    this.instances = web.dashboard_instances;
  }

  @ApiDashboard.show()
  @Get()
  @Header('Content-Type', HTML)
  @Header('Content-Security-Policy', POLICY)
  async show(@CurrentCaller() caller: Caller): Promise<string> {
    const reports = await this.administration.actors(caller);
    return dashboardPage({ source: 'this instance', rows: reports.map(rowOf), otherInstances: this.instances });
  }

  @ApiDashboard.showOther()
  @Post()
  @HttpCode(200)
  @Header('Content-Type', HTML)
  @Header('Content-Security-Policy', POLICY)
  async showOther(@Req() request: FastifyRequest): Promise<string> {
    const { source, header, token } = this.read(request.body as RequestBody);
    const page = { source, otherInstances: this.instances };
    try {
      const actors = await actorsOf(source, header, token);
      return dashboardPage({ ...page, rows: actors.map(remoteRowOf) });
    } catch (error) {
      if (!(error instanceof RemoteInstanceFailed)) throw error;
      return dashboardPage({ ...page, rows: [], error: error.message });
    }
  }

  /** @throws InvalidDashboardForm */
  private read(body: RequestBody): { source: string; header: string; token: string } {
    const fields = RequestFields.read(
      { body, query: {} },
      ({ message }) => new InvalidDashboardForm(`the body is no JSON. ${message}`),
    );
    const text = (name: string): string => toText(fields.first(name) ?? '');
    const source = text('base_url');
    if (!this.instances.includes(source)) {
      throw new InvalidDashboardForm('base_url must be one of the option web.dashboard_instances.');
    }
    const header = text('jwt_header');
    if (!/^[A-Za-z0-9-]{1,128}$/.test(header))
      throw new InvalidDashboardForm('jwt_header must be the name of a header.');
    const token = text('jwt');
    if (!/^[\x21-\x7e ]{1,16384}$/.test(token)) throw new InvalidDashboardForm('jwt must be a token.');
    return { source, header, token };
  }
}

function rowOf({ actor, workers: [worker], totals }: ActorReport): DashboardRow {
  return {
    ...actor,
    messages: totals.waiting,
    executions: totals.executions,
    runtime: totals.runtime,
    created: displayTime(actor.create_time),
    updated: displayTime(actor.last_update_time),
    worker: worker
      ? {
          id: worker.id,
          lastExecution: displayTimeOrNone(worker.last_execution_time),
          lastHealthCheck: displayTimeOrNone(worker.last_health_check_time),
          status: worker.status,
        }
      : null,
  };
}

/** Another instance, perhaps the original, may write names in the other case and leave members out. */
function remoteRowOf(remote: RemoteActor): DashboardRow {
  const actor = inSnakeCase(remote);
  const workers = Array.isArray(actor['workers']) ? (actor['workers'] as RemoteActor[]) : [];
  const worker = workers[0] && inSnakeCase(workers[0]);
  const text = (of: RemoteActor, name: string): string => (typeof of[name] === 'string' ? of[name] : '');
  const number = (name: string): number => (typeof actor[name] === 'number' ? actor[name] : 0);
  return {
    tenant: text(actor, 'tenant'),
    id: text(actor, 'id'),
    name: text(actor, 'name'),
    image: text(actor, 'image'),
    owner: text(actor, 'owner'),
    status: text(actor, 'status'),
    messages: number('messages'),
    executions: number('executions'),
    runtime: number('runtime'),
    created: text(actor, 'create_time'),
    updated: text(actor, 'last_update_time'),
    worker: worker
      ? {
          id: text(worker, 'id'),
          lastExecution: text(worker, 'last_execution_time'),
          lastHealthCheck: text(worker, 'last_health_check_time'),
          status: text(worker, 'status'),
        }
      : null,
  };
}

const inSnakeCase = (record: RemoteActor): RemoteActor =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [toSnake(name), value]));
