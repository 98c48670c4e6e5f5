import type { ActorContext, BehaviorObject, Ref } from '@abaco/actors';
import type { ActorRecord, ActorVersions } from '@abaco/store';
import { markError } from '../events/mark-status.js';
import { ActorWorkers } from './actor-workers.js';
import { answer } from './answer.js';
import { recordExecution, replaceState, requireVersion, updateActor } from './change-actor.js';
import { claimTry } from './claim-try.js';
import { deleteActor } from './delete-actor.js';
import { KnownActor } from './known-actor.js';
import type { MailboxEnvironment } from './mailbox-environment.js';
import type { MailboxMessage, PoolState, SeenInStore } from './mailbox-protocol.js';
import { MessageIntake } from './message-intake.js';
import { RetryTimer } from './retry-timer.js';
import { stopDeadlines } from './stop-deadlines.js';
import { StoreComparison } from './store-comparison.js';
import { WorkerPool, type PoolMessage } from './worker-pool.js';
import { WorkerRequests } from './worker-requests.js';

/** How often an active mailbox compares itself with the store, milliseconds. */
const TICK_MS = 2_000;
/** A mailbox stays for a pause that is over so soon, milliseconds; the health check wakes it for others. */
const STAY_FOR_RETRY_MS = 15_000;

type Message<T extends MailboxMessage['type']> = Extract<MailboxMessage, { type: T }>;

/**
 * `/system/tenants/<TENANT>/<actorId>`: what is asked of an actor, and what happens to it, comes here one after the other. Its parts
 * take messages into the durable mailbox, decide how many workers there are, and compare with the store.
 */
export class MailboxActor implements BehaviorObject<MailboxMessage> {
  private readonly actor: KnownActor;
  private readonly pool: Ref<PoolMessage>;
  private readonly workers: ActorWorkers;
  private readonly requests: WorkerRequests;
  private readonly intake: MessageIntake;
  private readonly retries: RetryTimer;
  private readonly comparison: StoreComparison;
  /** Ticks in a row without any work. */
  private idleTicks = 0;

  constructor(
    record: ActorRecord,
    private readonly environment: MailboxEnvironment,
    private readonly context: ActorContext<MailboxMessage>,
  ) {
    const { services, commands } = environment;
    this.actor = new KnownActor(record);
    this.pool = context.spawn('workers', (pool) => new WorkerPool(record, environment, context.self, pool), {
      stopDeadlineMs: stopDeadlines(services.config.workers.drain_seconds).pool,
    });
    this.workers = new ActorWorkers(this.actor, environment, this.pool, context);
    this.requests = new WorkerRequests(services, this.pool, commands);
    this.intake = new MessageIntake(this.actor, services, context.self);
    this.retries = new RetryTimer(this.actor, services, context);
    this.comparison = new StoreComparison(this.actor, services, this.workers, this.intake, context);
    context.scheduleEvery(TICK_MS, { type: 'tick' });
  }

  receive = async (message: MailboxMessage): Promise<void> => {
    const { record } = this.actor;
    const { backlog } = this.workers;
    switch (message.type) {
      case 'register':
        message.replyTo.fail(new Error(`Actor ${record.id} is registered already.`));
        break;
      case 'send':
        if (this.intake.send(message)) this.onWork();
        break;
      case 'message-recorded':
        backlog.add(1, performance.now());
        this.workers.scale();
        break;
      case 'accept-ended':
        if (message.refused) backlog.take(performance.now());
        break;
      case 'message-taken':
        backlog.take(performance.now());
        break;
      case 'pool-changed':
        this.onPoolChanged(message.pool);
        break;
      case 'worker-start-failed':
        await this.fail(message);
        break;
      case 'try-again':
        await this.tryAgain();
        break;
      case 'purge':
        this.intake.purge(message);
        break;
      case 'update':
        await answer(message.replyTo, () => this.update(message));
        break;
      case 'replace-state':
        await answer(message.replyTo, () => this.replaceState(message));
        break;
      case 'record-execution':
        await answer(message.replyTo, () => this.recordExecution(message));
        break;
      case 'halt':
        await answer(message.replyTo, () => this.requests.halt(record, message.execution));
        break;
      case 'ensure-workers':
        await answer(message.replyTo, () => this.requests.ensure(record, message.count));
        break;
      case 'stop-worker':
        await answer(message.replyTo, () => this.requests.stop(record, message.worker));
        break;
      case 'carry-out-stop':
        this.pool.tell({ type: 'stop', worker: message.worker });
        break;
      case 'carry-out-replace':
        this.pool.tell({ type: 'replace', worker: message.worker, why: message.why });
        break;
      case 'carry-out-halt':
        this.pool.tell({ type: 'halt', execution: message.execution });
        break;
      case 'delete':
        await answer(message.replyTo, () => this.delete(message.versions));
        break;
      case 'redrive':
        if (this.intake.redrive(message)) this.onWork();
        break;
      case 'retry-planned':
        this.retries.plan(message.delayMs);
        break;
      case 'retries-due':
        this.retries.offer();
        break;
      case 'retries-offered':
        backlog.add(message.offered, performance.now());
        if (message.nextMs !== undefined) this.retries.plan(message.nextMs);
        this.workers.scale();
        break;
      case 'worker-wanted':
        if (!this.workers.addWanted(message.first)) return;
        this.idleTicks = 0;
        this.comparison.start();
        break;
      case 'look':
        this.comparison.startAnew();
        break;
      case 'wake':
        this.idleTicks = 0;
        this.retries.offer();
        this.comparison.start();
        break;
      case 'tick':
        this.comparison.start();
        break;
      case 'tick-done':
        this.onCompared(message.seen);
        break;
      default:
        message satisfies never;
    }
  };

  /** Of an actor that has just been registered. */
  startFirstWorkers(): void {
    this.workers.startFirst();
  }

  /** A message that is being accepted when the process stops still gets its answer. */
  async postStop(): Promise<void> {
    await this.intake.settled();
  }

  /** Something is to run, and this process cares that it does. */
  private onWork(): void {
    this.idleTicks = 0;
    this.workers.askOthers();
  }

  private onPoolChanged(pool: PoolState): void {
    this.workers.onPoolChanged(pool);
    if (pool.idle > 0 && this.actor.isInError) this.comparison.start(); // its cause is gone: it may have more workers again
  }

  private async fail({ revision, ...failure }: Message<'worker-start-failed'>): Promise<void> {
    const changed = await markError(this.environment.services, this.actor.record._id, revision, failure);
    if (!changed) return;
    this.actor.fail(failure.reason);
    this.workers.giveUp();
  }

  private async tryAgain(): Promise<void> {
    if (!this.workers.canTry) return;
    const record = await claimTry(this.environment.services, this.actor.record._id);
    if (!record) return;
    this.workers.follow(record);
    this.idleTicks = 0;
    this.workers.tryOne();
  }

  private async replaceState(command: Message<'replace-state'>): Promise<ActorRecord> {
    const record = await replaceState(this.environment.services, this.actor.record, command);
    this.workers.follow(record);
    return record;
  }

  private async update(command: Message<'update'>): Promise<ActorRecord> {
    const before = this.actor.record;
    const record = await updateActor(this.environment.services, before, command);
    if (record.revision > before.revision) this.workers.startFirstOfRevision();
    this.workers.askOthers();
    this.workers.follow(record);
    this.workers.scale();
    return record;
  }

  private async recordExecution(command: Message<'record-execution'>): Promise<ActorRecord> {
    const { record } = this.actor;
    await recordExecution(this.environment.services, record, command);
    return record;
  }

  /** The sequence of contract 2.2.3; can be repeated after a crash at any point. */
  private async delete(versions: ActorVersions): Promise<{ complete: boolean }> {
    const { services } = this.environment;
    const { record } = this.actor;
    const marked = await services.store.actors.markShuttingDown(record._id, versions);
    if (!marked) await requireVersion(services, record, versions);
    this.actor.delete();
    await this.intake.settled();
    const outcome = await deleteActor(services, record._id, this.pool);
    // The answer still goes out: a stop waits for the message that is being handled.
    this.context.passivate();
    return outcome;
  }

  private onCompared(seen: SeenInStore): void {
    this.comparison.onDone();
    this.workers.onLooked(seen);
    this.idleTicks = this.isIdle() ? this.idleTicks + 1 : 0;
    if (this.idleTicks >= 2) this.context.passivate();
  }

  private isIdle(): boolean {
    if (!this.intake.isIdle || this.workers.exist) return false;
    if (this.actor.isDeleted || !this.workers.matterHere) return true;
    return this.workers.areEnough && !this.retries.isDueWithin(STAY_FOR_RETRY_MS);
  }
}
