import type { ActorContext, BehaviorObject, Ref } from '@abaco/actors';
import { isFinal, type ActorDbid, type ExecutionDbid } from '@abaco/contract';
import type { FoundContainer } from '@abaco/engine';
import { dropDeadLetter } from '../dead-letters/drop-dead-letter.js';
import type { RuntimeServices } from '../runtime-services.js';
import { actorAddress } from './actor-address.js';
import { DELETE_DEADLINE_MS } from './mailbox-protocol.js';
import { removeRetiredMailboxes } from './retired-mailboxes.js';
import { sweepBodies } from './sweep-bodies.js';
import type { TenantsMessage } from './tenants-supervisor.js';
import { tryActorsInError } from './try-actors-in-error.js';

export type HealthMessage = { readonly type: 'check' } | { readonly type: 'checked'; readonly error?: Error };

/** Executions whose pause before the next attempt is over so soon get their mailbox, which has timers; milliseconds. */
const WAKE_AHEAD_MS = 15_000;
/** Dead letters that one check removes. */
const EXPIRED_AT_ONCE = 500;
/** How often records are compared with reality, milliseconds. */
const CHECK_EVERY_MS = 10_000;
/** How often all message bodies are looked through, milliseconds. */
const SWEEP_EVERY_MS = 600_000;

/**
 * `/system/health`: reconciles records with reality. Wakes the mailboxes of actors that have work in the store, and removes
 * containers and files that belong to nobody any more. Every step can be repeated and interrupted anywhere.
 */
export class HealthActor implements BehaviorObject<HealthMessage> {
  private checking = false;
  /** Milliseconds of the monotonic clock. */
  private nextSweep = 0;

  constructor(
    private readonly services: RuntimeServices,
    private readonly tenants: Ref<TenantsMessage>,
    private readonly context: ActorContext<HealthMessage>,
  ) {
    context.scheduleEvery(CHECK_EVERY_MS, { type: 'check' });
    context.self.tell({ type: 'check' });
  }

  receive = (message: HealthMessage): void => {
    switch (message.type) {
      case 'check':
        if (this.checking) return;
        this.checking = true;
        this.context.pipeToSelf(this.check(), (outcome) =>
          outcome.ok ? { type: 'checked' } : { type: 'checked', error: outcome.error },
        );
        break;
      case 'checked':
        this.checking = false;
        if (message.error) {
          this.services.logger.warn(
            { err: message.error },
            'The health check could not be finished; it is tried again',
          );
        }
        break;
      default:
        message satisfies never;
    }
  };

  private async check(): Promise<void> {
    await this.reapHosts();
    await this.wakeActorsWithWork();
    await tryActorsInError(this.services, this.tenants);
    await this.finishDeletions();
    await removeRetiredMailboxes(this.services);
    await this.expireDeadLetters();
    await this.removeOrphans();
    await this.services.engine.removeStrayFiles?.();
    await this.sweepBodiesIfDue();
  }

  /** Workers of hosts whose lease has ended are gone; their slots become free, and their leases bring their work back. */
  private async reapHosts(): Promise<void> {
    const { store, hostId, logger } = this.services;
    for (const id of await store.workers.hosts()) {
      if (id === hostId) continue;
      const host = await store.hosts.find(id);
      if (host && !(await store.hosts.remove(id, host.incarnation))) continue;
      const workers = await store.workers.deleteOnHost(id);
      logger.warn({ host: id, workers }, 'Reaped the workers of a host whose lease has ended');
    }
  }

  private async sweepBodiesIfDue(): Promise<void> {
    if (performance.now() < this.nextSweep) return;
    const removed = await sweepBodies(this.services);
    this.nextSweep = performance.now() + SWEEP_EVERY_MS;
    if (removed > 0) this.services.logger.info({ removed }, 'Removed message bodies that nobody will read');
  }

  private async wakeActorsWithWork(): Promise<void> {
    for (const actor of await this.services.store.executions.actorsWithDue(WAKE_AHEAD_MS)) {
      this.tenants.tell({ type: 'to-actor', ...actorAddress(actor), command: { type: 'wake' } });
    }
  }

  private async expireDeadLetters(): Promise<void> {
    const { store } = this.services;
    for (const execution of await store.executions.deadLetters.listExpired(new Date(), EXPIRED_AT_ONCE)) {
      await dropDeadLetter(store, execution);
    }
  }

  private async finishDeletions(): Promise<void> {
    const { store, logger } = this.services;
    for (const { _id, tenant, id } of await store.actors.listShuttingDown()) {
      this.tenants
        .ask<{ complete: boolean }>(
          (replyTo) => ({ type: 'to-actor', tenant, actor: id, command: { type: 'delete', replyTo } }),
          { deadlineMs: DELETE_DEADLINE_MS },
        )
        .catch((error: unknown) =>
          logger.warn({ actor: _id, err: error }, 'An interrupted deletion could not be finished'),
        );
    }
  }

  /** Containers of final or unknown executions, and sandboxes of workers that are gone and that no container uses. */
  private async removeOrphans(): Promise<void> {
    const { engine, instance, logger } = this.services;
    const found = await engine.find(instance);
    const executions = found.filter((container) => container.labels.execution !== undefined);
    const inUse = new Set<string>();
    for (const container of executions) {
      if (await this.isOrphan(container)) {
        logger.info(
          { container: container.id, execution: container.labels.execution },
          'Removing an orphaned container',
        );
        await engine.remove(container.id);
      } else {
        inUse.add(container.labels.worker);
      }
    }
    for (const sandbox of found.filter((container) => container.labels.execution === undefined)) {
      const { actor, worker } = sandbox.labels;
      if (inUse.has(worker)) continue;
      if (await this.services.store.workers.find(actor as ActorDbid, worker as never)) continue;
      logger.info({ container: sandbox.id, worker }, 'Removing the sandbox of a worker that is gone');
      await engine.remove(sandbox.id);
    }
  }

  private async isOrphan(container: FoundContainer): Promise<boolean> {
    const execution = await this.services.store.executions.find(container.labels.execution as ExecutionDbid);
    if (!execution) return true;
    // a container of an earlier attempt may be adopted by the running one: only the end of the execution decides
    return isFinal(execution.status) && (await this.ownerIsGone(container));
  }

  /** Right after the end of an execution its own worker removes the container. */
  private async ownerIsGone(container: FoundContainer): Promise<boolean> {
    const { actor, worker } = container.labels;
    return (await this.services.store.workers.find(actor as ActorDbid, worker as never)) === null;
  }
}
