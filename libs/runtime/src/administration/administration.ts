import { Inject, Injectable } from '@nestjs/common';
import type { Caller } from '@abaco/access';
import type { ActorDbid, TenantId } from '@abaco/contract';
import type { ActorExecutions, ActorRecord, WorkerRecord } from '@abaco/store';
import type { RuntimeServices } from '../runtime-services.js';
import { RUNTIME_SERVICES } from '../tokens.js';

/** An actor with all that goes on around it. */
export interface ActorReport {
  readonly actor: ActorRecord;
  readonly workers: readonly WorkerRecord[];
  readonly totals: Omit<ActorExecutions, 'actor_id'>;
}

/** How much the installation is used, over all tenants. */
export interface Utilization {
  readonly currentActors: number;
  /** Ever registered. */
  readonly totalActors: number;
  readonly workers: number;
  /** Workers that are asked for and that no host has room for yet. */
  readonly commandQueue: number;
}

/** What executions amount to. */
export interface Totals {
  readonly actors: number;
  readonly actorsWithExecutions: number;
  readonly executions: number;
  readonly runtime: number;
  readonly cpu: number;
  readonly io: number;
}

/** What {@link Administration.executions} answers. */
export interface ExecutionsReport {
  readonly all: Totals;
  readonly existing: Totals;
  readonly actors: ActorReport[];
}

const nothing: ActorReport['totals'] = { executions: 0, waiting: 0, cpu: 0, io: 0, runtime: 0 };

/** The view of an operator (contract 2.11, 2.12): over all tenants, unless `web.admin_scope` limits admins to their own. */
@Injectable()
export class Administration {
  constructor(@Inject(RUNTIME_SERVICES) private readonly services: Pick<RuntimeServices, 'config' | 'store'>) {}

  async utilization(): Promise<Utilization> {
    const { actors, workers, statistics } = this.services.store;
    const [currentActors, totalActors, allWorkers, commandQueue] = await Promise.all([
      actors.countAll(),
      statistics.totalActors(),
      workers.countAll(),
      workers.countAll('REQUESTED'),
    ]);
    // records of before there were statistics are not in them
    return { currentActors, totalActors: Math.max(totalActors, currentActors), workers: allWorkers, commandQueue };
  }

  /** In order of registration. */
  actors(caller: Caller): Promise<ActorReport[]> {
    return this.actorsOf(this.scopeOf(caller));
  }

  private async actorsOf(scope: TenantId | undefined): Promise<ActorReport[]> {
    const { store } = this.services;
    const [actors, workers, totals] = await Promise.all([
      store.actors.listAll(scope),
      store.workers.listAll(scope),
      store.executions.figures.totalsByActor(scope),
    ]);
    const workersOf = byActor(workers);
    const totalsOf = new Map(totals.map((each) => [each.actor_id, each]));
    return actors.map((actor) => ({
      actor,
      workers: workersOf.get(actor._id) ?? [],
      totals: totalsOf.get(actor._id) ?? nothing,
    }));
  }

  /** In order of creation, with the number of actors that have none. */
  async workers(caller: Caller): Promise<{ workers: WorkerRecord[]; actorsWithout: number }> {
    const scope = this.scopeOf(caller);
    const { store } = this.services;
    const [workers, actors] = await Promise.all([store.workers.listAll(scope), store.actors.listAll(scope)]);
    const having = new Set<ActorDbid>(workers.map(({ actor_id }) => actor_id));
    return { workers, actorsWithout: actors.filter(({ _id }) => !having.has(_id)).length };
  }

  /** Of all actors there ever were, of those that there are, and by actor that there is and has executions. */
  executions(caller: Caller): Promise<ExecutionsReport> {
    return this.executionsOf(this.scopeOf(caller));
  }

  /** @param scope undefined: all tenants */
  async executionsOf(scope: TenantId | undefined): Promise<ExecutionsReport> {
    const [reports, everything, ever] = await Promise.all([
      this.actorsOf(scope),
      this.services.store.executions.figures.totalsByActor(scope),
      this.services.store.statistics.totalActors(scope),
    ]);
    const withExecutions = reports.filter(({ totals }) => totals.executions > 0);
    const existing = sum(
      reports.length,
      withExecutions.map(({ totals }) => totals),
    );
    const all = sum(Math.max(ever, reports.length, everything.length), everything);
    return { all, existing, actors: withExecutions };
  }

  private scopeOf({ tenant }: Caller): TenantId | undefined {
    return this.services.config.web.admin_scope === 'tenant' ? tenant : undefined;
  }
}

function byActor(workers: readonly WorkerRecord[]): ReadonlyMap<ActorDbid, WorkerRecord[]> {
  const groups = new Map<ActorDbid, WorkerRecord[]>();
  for (const worker of workers) {
    const group = groups.get(worker.actor_id);
    if (group) group.push(worker);
    else groups.set(worker.actor_id, [worker]);
  }
  return groups;
}

function sum(actors: number, each: readonly ActorReport['totals'][]): Totals {
  const total = (field: 'executions' | 'runtime' | 'cpu' | 'io'): number =>
    each.reduce((before, totals) => before + totals[field], 0);
  return {
    actors,
    actorsWithExecutions: each.length,
    executions: total('executions'),
    runtime: total('runtime'),
    cpu: total('cpu'),
    io: total('io'),
  };
}
