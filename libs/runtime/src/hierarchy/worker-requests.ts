import type { Ref } from '@abaco/actors';
import { tenantConfig } from '@abaco/config';
import { executionDbid, isFinal, type ExecutionId, type WorkerId } from '@abaco/contract';
import type { ActorRecord } from '@abaco/store';
import type { EnsuredWorkers } from '../answers.js';
import { ActorInError, ExecutionNotFound, ExecutionNotRunning, WorkerNotFound } from '../errors.js';
import { ExecutionEnding } from '../execution/execution-ending.js';
import { withoutContainer } from '../execution/execution-outcome.js';
import { QuotaExceeded } from '../quotas/errors.js';
import type { RuntimeServices } from '../runtime-services.js';
import { servesQueueOf } from './compute-host.js';
import type { WorkerCommands } from './worker-commands.js';
import type { PoolMessage } from './worker-pool.js';

/** The pool answers at once, milliseconds. */
const POOL_DEADLINE_MS = 5_000;

/**
 * What users ask of an actor's workers. To end something is put on record first: whichever process has the worker carries it
 * out, and no restart forgets it.
 */
export class WorkerRequests {
  constructor(
    private readonly services: RuntimeServices,
    private readonly pool: Ref<PoolMessage>,
    private readonly commands: WorkerCommands,
  ) {}

  /**
   * All records count, whatever their status; neither the actor's limit nor that it is stateful does (contract 2.8).
   * A process that does not serve the actor's queue asks one that does.
   * @throws ActorInError, QuotaExceeded, ServiceUnavailable
   */
  async ensure(actor: ActorRecord, count: number): Promise<EnsuredWorkers> {
    if (actor.status === 'ERROR') throw new ActorInError(actor.id);
    const { workers } = this.services.store;
    const known = (await workers.list(actor._id)).map(({ id }) => id);
    const { workers: quota } = tenantConfig(this.services.config, actor.tenant);
    const added = Math.max(0, count - known.length);
    if (quota >= 0 && added > 0 && (await workers.countOf(actor.tenant)) + added > quota) {
      throw QuotaExceeded.workers(quota);
    }
    if (!servesQueueOf(this.services.config, actor)) {
      if (added > 0) await this.commands.ensure(actor, count);
      return { previous: known.length, added };
    }
    return this.pool.ask<EnsuredWorkers>((replyTo) => ({ type: 'ensure', count, known, replyTo }), {
      deadlineMs: POOL_DEADLINE_MS,
    });
  }

  /** @throws WorkerNotFound */
  async stop(actor: ActorRecord, worker: WorkerId): Promise<void> {
    if (!(await this.services.store.workers.requestShutdown(actor._id, worker))) throw new WorkerNotFound(worker);
    this.pool.tell({ type: 'stop', worker });
  }

  /**
   * An execution that nobody runs yet, or not again yet, ends at once and never begins.
   * @throws ExecutionNotFound, ExecutionNotRunning when it is final
   */
  async halt(actor: ActorRecord, id: ExecutionId): Promise<void> {
    const { executions } = this.services.store;
    const execution = executionDbid(actor._id, id);
    while (!(await executions.requestHalt(execution))) {
      const found = await executions.find(execution);
      if (!found) throw new ExecutionNotFound(actor.id, id);
      if (isFinal(found.status)) throw new ExecutionNotRunning(id, found.status);
      const end = withoutContainer({ status: 'COMPLETE', final_state: { unavailable: true } });
      if (await new ExecutionEnding(this.services).finishWaiting(actor, found, end)) return;
      // a worker has just taken it
    }
    this.pool.tell({ type: 'halt', execution });
  }
}
