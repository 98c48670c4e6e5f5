import { Injectable } from '@nestjs/common';
import type { Caller } from '@abaco/access';
import { type ActorDbid, type ActorId, type ExecutionDbid, type ExecutionId, wireName } from '@abaco/contract';
import type { SearchResult } from '@abaco/runtime';
import { ActorPresenter } from './actor.presenter.js';
import { ExecutionPresenter } from './execution.presenter.js';
import { WireFormat } from './wire-format.js';
import { WorkerPresenter } from './worker.presenter.js';

/** Public id at the end of an internal one. */
const publicId = (dbid: ActorDbid | ExecutionDbid): string => dbid.slice(dbid.lastIndexOf('_') + 1);

/** `result` of a search (contract 2.13.1, 2.13.3). */
@Injectable()
export class SearchPresenter {
  constructor(
    private readonly wire: WireFormat,
    private readonly actors: ActorPresenter,
    private readonly executions: ExecutionPresenter,
    private readonly workers: WorkerPresenter,
  ) {}

  result(caller: Caller, found: SearchResult): Record<string, unknown> {
    const metadata = {
      total_count: found.total,
      count_returned: found.hits.length,
      record_limit: found.request.limit,
      records_skipped: found.request.skip,
    };
    const { letterCase } = this.wire;
    const named = Object.entries(metadata).map(([name, value]) => [wireName(name, letterCase), value]);
    return { _metadata: Object.fromEntries(named) as object, search: this.hits(caller, found) };
  }

  private hits(caller: Caller, found: SearchResult): Record<string, unknown>[] {
    switch (found.type) {
      case 'actors':
        return found.hits.map((actor) => this.actors.hit(caller, actor));
      case 'executions':
        return found.hits.map((execution) =>
          this.executions.hit(caller, publicId(execution.actor_id) as ActorId, execution),
        );
      case 'workers':
        return found.hits.map((worker) => this.workers.hit(publicId(worker.actor_id) as ActorId, worker));
      case 'logs':
        return found.hits.map(({ actor_id, execution, logs }) => {
          const [actor, id] = [publicId(actor_id) as ActorId, publicId(execution) as ExecutionId];
          return this.executions.logs(caller, actor, found.owners.get(actor_id) ?? '', id, logs);
        });
      default:
        return found satisfies never;
    }
  }
}
