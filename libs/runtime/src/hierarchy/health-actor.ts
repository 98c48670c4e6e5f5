import type { ActorContext, Ref } from '@abaco/actors';
import { dropDeadLetter } from '../dead-letters/drop-dead-letter.js';
import type { RuntimeServices } from '../runtime-services.js';
import { actorAddress } from './actor-address.js';
import { isComputeHost } from './compute-host.js';
import { InterruptedDeletions } from './interrupted-deletions.js';
import { wakeActorsToKeepWarm } from './keep-warm.js';
import { reapHosts } from './reap-hosts.js';
import { WorkerReconciliation } from './reconcile-workers.js';
import { removeOrphans } from './remove-orphans.js';
import { type PassMessage, RepeatedPass } from './repeated-pass.js';
import { removeRetiredMailboxes } from './retired-mailboxes.js';
import { sweepBodies } from './sweep-bodies.js';
import type { TenantsMessage } from './tenants-supervisor.js';
import { tryActorsInError } from './try-actors-in-error.js';
import type { WorkersHere } from './workers-here.js';

/** Executions whose pause before the next attempt is over so soon get their mailbox, which has timers; milliseconds. */
const WAKE_AHEAD_MS = 15_000;
/** Dead letters that one check removes. */
const EXPIRED_AT_ONCE = 500;
/** How often all message bodies are looked through, milliseconds. */
const SWEEP_EVERY_MS = 600_000;

/**
 * `/system/health`: reconciles records with reality. Wakes the mailboxes of actors that have work in the store, and removes
 * containers and files that belong to nobody any more. Every step can be repeated and interrupted anywhere.
 */
export class HealthActor extends RepeatedPass {
  private readonly reconciliation: WorkerReconciliation;
  private readonly deletions: InterruptedDeletions;
  /** Milliseconds of the monotonic clock. */
  private nextSweep = 0;

  constructor(
    private readonly services: RuntimeServices,
    private readonly tenants: Ref<TenantsMessage>,
    here: WorkersHere,
    context: ActorContext<PassMessage>,
  ) {
    super(context, services.config.general.check_seconds * 1000);
    this.reconciliation = new WorkerReconciliation(services, tenants, here);
    this.deletions = new InterruptedDeletions(services, tenants);
    context.self.tell({ type: 'pass' });
  }

  protected async pass(): Promise<void> {
    await reapHosts(this.services);
    await this.wakeActorsWithWork();
    await tryActorsInError(this.services, this.tenants);
    await wakeActorsToKeepWarm(this.services, this.tenants);
    await this.deletions.pass();
    await removeRetiredMailboxes(this.services);
    await this.expireDeadLetters();
    await this.sweepBodiesIfDue();
    if (isComputeHost(this.services.config)) await this.reconcileWithEngine();
  }

  protected onFailure(error: Error): void {
    this.services.logger.warn({ err: error }, 'The health check could not be finished; it is tried again');
  }

  /** The last step: of all others none needs the engine, which may be away. */
  private async reconcileWithEngine(): Promise<void> {
    const { engine, instance, logger, telemetry } = this.services;
    await this.reconciliation.pass(() => engine.find(instance));
    await removeOrphans(this.services);
    const files = (await engine.removeStrayFiles?.()) ?? [];
    if (files.length > 0) logger.info({ files }, 'Removed files of executions that nobody has');
    for (const file of files) telemetry.mended?.('stray-file', { file });
  }

  private async sweepBodiesIfDue(): Promise<void> {
    if (performance.now() < this.nextSweep) return;
    const removed = await sweepBodies(this.services);
    this.nextSweep = performance.now() + SWEEP_EVERY_MS;
    if (removed > 0) this.services.logger.info({ removed }, 'Removed message bodies that nobody will read');
    for (let body = 0; body < removed; body++) this.services.telemetry.mended?.('stray-body', {});
  }

  private async wakeActorsWithWork(): Promise<void> {
    for (const actor of await this.services.store.executions.actorsWithDue(WAKE_AHEAD_MS)) {
      this.tenants.tell({ type: 'to-actor', ...actorAddress(actor), command: { type: 'wake' } });
    }
  }

  private async expireDeadLetters(): Promise<void> {
    const { store, logger, telemetry } = this.services;
    for (const execution of await store.executions.deadLetters.listExpired(new Date(), EXPIRED_AT_ONCE)) {
      await dropDeadLetter(store, execution);
      logger.info({ execution }, 'Removed a dead letter whose time is over');
      telemetry.mended?.('expired-dead-letter', { execution });
    }
  }
}
