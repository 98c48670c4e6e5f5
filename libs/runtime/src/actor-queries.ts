import { Inject, Injectable } from '@nestjs/common';
import { ROLE_ALL, type Caller } from '@abaco/access';
import { actorDbid, executionDbid, type ActorId, type ExecutionId, type WorkerId } from '@abaco/contract';
import type {
  ActorRecord,
  ExecutionRecord,
  ExecutionSummary,
  ExecutionTotals,
  PageRequest,
  WorkerRecord,
} from '@abaco/store';
import { resolveLink } from './events/resolve-link.js';
import { ActorNotFound, ExecutionNotFound, WorkerNotFound } from './errors.js';
import { RESULT_LIFETIME_MS } from './execution/result-writer.js';
import type { RuntimeServices } from './runtime-services.js';
import { RUNTIME_SERVICES } from './tokens.js';

/** The read side: answers from the store, limited to the caller's tenant. */
@Injectable()
export class ActorQueries {
  constructor(@Inject(RUNTIME_SERVICES) private readonly services: RuntimeServices) {}

  /**
   * Those that the caller or everybody may read, in order of registration; admins get no more than others (contract 2.1.1).
   * @param page undefined: all of them; else one more than the page holds, when there are more
   */
  listActors({ tenant, user, roles }: Caller, page?: PageRequest): Promise<ActorRecord[]> {
    const { actors } = this.services.store;
    return roles.includes(ROLE_ALL) ? actors.list(tenant, page) : actors.listReadable(tenant, user, page);
  }

  /** @throws ActorNotFound */
  async actor(caller: Caller, actor: ActorId): Promise<ActorRecord> {
    const record = await this.services.store.actors.find(actorDbid(caller.tenant, actor));
    if (!record) throw new ActorNotFound(actor);
    return record;
  }

  /** Whether the links that begin at `from` lead to `target`; aliases stand for their actors. They end where one is broken. */
  async linksTo(caller: Caller, from: ActorId, target: ActorId): Promise<boolean> {
    const { store } = this.services;
    const seen = new Set<string>();
    for (let next = await resolveLink(store, caller.tenant, from); next && !seen.has(next.id);) {
      if (next.id === target) return true;
      seen.add(next.id);
      next = await resolveLink(store, caller.tenant, next.link);
    }
    return false;
  }

  /** Waiting messages, not the ones being executed. @throws ActorNotFound */
  async countMessages(caller: Caller, actor: ActorId): Promise<{ actor: ActorRecord; messages: number }> {
    const record = await this.actor(caller, actor);
    return { actor: record, messages: await this.services.store.executions.figures.countSubmitted(record._id) };
  }

  /** @throws ActorNotFound */
  async executions(
    caller: Caller,
    actor: ActorId,
    page?: PageRequest,
  ): Promise<{ actor: ActorRecord; totals: ExecutionTotals; executions: ExecutionSummary[] }> {
    const record = await this.actor(caller, actor);
    return { actor: record, ...(await this.services.store.executions.figures.summarize(record._id, page)) };
  }

  /** @throws ActorNotFound, ExecutionNotFound */
  async execution(caller: Caller, actor: ActorId, execution: ExecutionId): Promise<ExecutionRecord> {
    return (await this.actorAndExecution(caller, actor, execution)).execution;
  }

  /** `""` when there are none. @throws ActorNotFound, ExecutionNotFound */
  async logs(caller: Caller, actor: ActorId, execution: ExecutionId): Promise<{ actor: ActorRecord; logs: string }> {
    const found = await this.actorAndExecution(caller, actor, execution);
    return { actor: found.actor, logs: await this.services.store.logs.read(found.execution._id) };
  }

  /** Takes one result away; empty when there is none, also for an unknown execution. */
  async nextResult(caller: Caller, actor: ActorId, execution: ExecutionId): Promise<Buffer> {
    const id = executionDbid(actorDbid(caller.tenant, actor), execution);
    const result = await this.services.store.results.pop(id, new Date(Date.now() + RESULT_LIFETIME_MS));
    return result ?? Buffer.alloc(0);
  }

  /** @throws ActorNotFound */
  async workers(caller: Caller, actor: ActorId): Promise<WorkerRecord[]> {
    const record = await this.actor(caller, actor);
    return this.services.store.workers.list(record._id);
  }

  /** @throws ActorNotFound, WorkerNotFound */
  async worker(caller: Caller, actor: ActorId, worker: WorkerId): Promise<WorkerRecord> {
    const record = await this.actor(caller, actor);
    const found = await this.services.store.workers.find(record._id, worker);
    if (!found) throw new WorkerNotFound(worker);
    return found;
  }

  /** An actor that was deleted is missed first, whatever is left of its executions. */
  private async actorAndExecution(
    caller: Caller,
    actor: ActorId,
    execution: ExecutionId,
  ): Promise<{ actor: ActorRecord; execution: ExecutionRecord }> {
    const { actors, executions } = this.services.store;
    const dbid = actorDbid(caller.tenant, actor);
    const [owner, found] = await Promise.all([actors.find(dbid), executions.find(executionDbid(dbid, execution))]);
    if (!owner) throw new ActorNotFound(actor);
    if (!found) throw new ExecutionNotFound(owner.id, execution);
    return { actor: owner, execution: found };
  }
}
