import { Injectable } from '@nestjs/common';
import { displayTime } from '@abaco/contract';
import type { ActorReport, Totals } from '@abaco/runtime';
import type { WorkerRecord } from '@abaco/store';
import { WireFormat } from './wire-format.js';
import { WorkerPresenter } from './worker.presenter.js';

/** Public id of the actor that an internal id names. */
const publicId = (dbid: string): string => dbid.slice(dbid.lastIndexOf('_') + 1);

/** What the admin endpoints show (contract 2.12). */
@Injectable()
export class AdminPresenter {
  constructor(
    private readonly wire: WireFormat,
    private readonly workers: WorkerPresenter,
  ) {}

  /** An actor with all that is stored of it, and what goes on around it. */
  actor({ actor, workers, totals }: ActorReport): Record<string, unknown> {
    const { _id, permissions, create_time, last_update_time, ...rest } = actor;
    return this.wire.object({
      ...rest,
      db_id: _id,
      permissions: Object.fromEntries(permissions.map(({ user, level }) => [user, level])),
      create_time: displayTime(create_time),
      last_update_time: displayTime(last_update_time),
      workers: workers.map((worker) => ({ ...this.workers.worker(worker), ...this.wire.object(idsOf(worker)) })),
      messages: totals.waiting,
      executions: totals.executions,
      runtime: totals.runtime,
    });
  }

  workersReport(workers: readonly WorkerRecord[], actorsWithout: number): Record<string, unknown> {
    const having = (...statuses: readonly WorkerRecord['status'][]): number =>
      workers.filter(({ status }) => statuses.includes(status)).length;
    return {
      summary: this.wire.object({
        total_workers: workers.length,
        ready_workers: having('READY'),
        requested_workers: having('REQUESTED'),
        error_workers: having('ERROR'),
        busy_workers: having('BUSY'),
        actors_no_workers: actorsWithout,
      }),
      workers: workers.map((worker) => ({
        ...this.workers.worker(worker),
        ...this.wire.object({ actor_id: publicId(worker.actor_id), actor_dbid: worker.actor_id }),
      })),
    };
  }

  executionsReport(all: Totals, existing: Totals, actors: readonly ActorReport[]): Record<string, unknown> {
    return {
      summary: this.wire.object(executionsSummary(all, existing)),
      actors: actors.map(({ actor, totals }) =>
        this.wire.object({
          actor_id: actor.id,
          owner: actor.owner,
          image: actor.image,
          total_executions: totals.executions,
          total_execution_cpu: totals.cpu,
          total_execution_io: totals.io,
          total_execution_runtime: totals.runtime,
        }),
      ),
    };
  }
}

const idsOf = ({ actor_id }: WorkerRecord) => ({ actor_id });

/** Names and order of contract 2.12. */
export const executionsSummary = (all: Totals, existing: Totals): Record<string, number> => ({
  ...named(all, 'all'),
  ...named(existing, 'existing'),
});

const named = (totals: Totals, which: 'all' | 'existing'): Record<string, number> => ({
  [`total_actors_${which}`]: totals.actors,
  [`total_actors_${which}_with_executions`]: totals.actorsWithExecutions,
  [`total_executions_${which}`]: totals.executions,
  [`total_execution_runtime_${which}`]: totals.runtime,
  [`total_execution_cpu_${which}`]: totals.cpu,
  [`total_execution_io_${which}`]: totals.io,
});
