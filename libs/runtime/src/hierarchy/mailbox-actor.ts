import type { ActorContext, BehaviorObject, Ref } from '@abaco/actors';
import type { ActorDbid } from '@abaco/contract';
import type { ActorRecord, ActorVersions } from '@abaco/store';
import type { PurgedMailbox } from '../answers.js';
import { ActorNotFound, MessageNotAccepted } from '../errors.js';
import { markError } from '../events/mark-status.js';
import { firstWorkers } from '../scaling/scaling-policy.js';
import { redrive } from '../dead-letters/redrive.js';
import { answer } from './answer.js';
import { recordExecution, replaceState, requireVersion, updateActor } from './change-actor.js';
import { servesQueueOf } from './compute-host.js';
import { deleteActor } from './delete-actor.js';
import { InFlight } from './in-flight.js';
import type { MailboxEnvironment } from './mailbox-environment.js';
import type { MailboxCommand, MailboxMessage, PoolState, SeenInStore } from './mailbox-protocol.js';
import { claimTry } from './claim-try.js';
import { discard, MessageAcceptor } from './message-acceptor.js';
import { offerRetries } from './offer-retries.js';
import { publishDue } from './publish-due.js';
import { purgeMailbox } from './purge-mailbox.js';
import { ScalingElsewhere } from './scaling-elsewhere.js';
import type { StartFailure } from './start-failure.js';
import { stopDeadlines } from './stop-deadlines.js';
import { WorkerPool, type PoolMessage } from './worker-pool.js';
import { WorkerRequests } from './worker-requests.js';
import { WorkerScaling } from './worker-scaling.js';

/** Messages of one actor on their way to store and broker at a time; more are refused with 503. */
const MAX_IN_FLIGHT = 2_000;
/** How often an active mailbox compares itself with the store, milliseconds. */
const TICK_MS = 2_000;
/** A worker that asked for a message and got none for so long proves that the queue is empty, milliseconds. */
const QUEUE_EMPTY_AFTER_MS = 1_000;

/** A mailbox stays for a pause that is over so soon, milliseconds; the health check wakes it for others. */
const STAY_FOR_RETRY_MS = 15_000;
/** Store or broker did not answer: the pauses are looked at again after this, milliseconds. */
const LOOK_AGAIN_MS = 1_000;

/** More workers of other hosts are asked for after a look at those there are, this much later at most, milliseconds. */
const LOOK_SOON_MS = 200;

const NO_WORKERS: PoolState = { starting: 0, idle: 0, busy: 0, stopping: 0 };

/** `/system/tenants/<TENANT>/<actorId>`: accepts messages into the durable mailbox and decides how many workers there are. */
export class MailboxActor implements BehaviorObject<MailboxMessage> {
  private readonly dbid: ActorDbid;
  private readonly acceptor: MessageAcceptor;
  private readonly pool: Ref<PoolMessage>;
  private readonly requests: WorkerRequests;
  private readonly scaling: WorkerScaling;
  /** For actors whose queue is not served here. */
  private readonly scalingElsewhere: ScalingElsewhere;
  private readonly inFlight = new InFlight();
  private poolState: PoolState = NO_WORKERS;
  /** Since when at least one worker has been idle without a break, milliseconds of the monotonic clock. */
  private idleSince = Infinity;
  /** When the next pause before an attempt is over, milliseconds of the monotonic clock. */
  private nextRetry = Infinity;
  /** Ticks in a row without any work. */
  private idleTicks = 0;
  /** The actor is being deleted, by this process or another. */
  private deleting = false;
  private comparing = false;
  /** Workers of other hosts are asked for here: this process has taken messages in, or an update. */
  private asksOthers = false;
  /** The first worker of a new revision is wanted and has not started yet. */
  private firstWorkerDue = false;

  constructor(
    private record: ActorRecord,
    private readonly environment: MailboxEnvironment,
    private readonly context: ActorContext<MailboxMessage>,
  ) {
    this.dbid = record._id;
    this.acceptor = new MessageAcceptor(environment.services);
    this.pool = context.spawn('workers', (pool) => new WorkerPool(record, environment, context.self, pool), {
      stopDeadlineMs: stopDeadlines(environment.services.config.workers.drain_seconds).pool,
    });
    this.requests = new WorkerRequests(environment.services, this.pool, environment.commands);
    this.scaling = new WorkerScaling(environment.services, this.pool, (ms) =>
      context.schedule(ms, { type: 'tick' }, 'scaling'),
    );
    this.scalingElsewhere = new ScalingElsewhere(environment.services, environment.commands, () =>
      context.schedule(LOOK_SOON_MS, { type: 'look' }, 'look'),
    );
    context.scheduleEvery(TICK_MS, { type: 'tick' });
  }

  receive = async (message: MailboxMessage): Promise<void> => {
    switch (message.type) {
      case 'register':
        message.replyTo.fail(new Error(`Actor ${this.record.id} is registered already.`));
        break;
      case 'send':
        this.send(message);
        break;
      case 'accept-ended':
        if (message.accepted) this.scaling.backlog.add(1, performance.now());
        this.scale();
        break;
      case 'message-taken':
        this.scaling.backlog.take(performance.now());
        break;
      case 'pool-changed':
        this.poolState = message.pool;
        if (message.pool.idle > 0) {
          this.firstWorkerDue = false;
          if (this.record.status === 'ERROR') this.compareWithStore(); // its cause is gone: it may have more workers again
        }
        if (message.pool.idle === 0) this.idleSince = Infinity;
        else if (this.idleSince === Infinity) this.idleSince = performance.now();
        break;
      case 'worker-start-failed':
        await this.fail(message);
        break;
      case 'try-again':
        await this.tryAgain();
        break;
      case 'purge':
        await answer(message.replyTo, () => this.purge());
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
        await answer(message.replyTo, () => this.requests.halt(this.record, message.execution));
        break;
      case 'ensure-workers':
        await answer(message.replyTo, () => this.requests.ensure(this.record, message.count));
        break;
      case 'stop-worker':
        await answer(message.replyTo, () => this.requests.stop(this.record, message.worker));
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
        this.redrive(message);
        break;
      case 'retry-planned':
        this.planRetry(message.delayMs);
        break;
      case 'retries-due':
        this.offerRetries();
        break;
      case 'retries-offered':
        this.scaling.backlog.add(message.offered, performance.now());
        if (message.nextMs !== undefined) this.planRetry(message.nextMs);
        this.scale();
        break;
      case 'worker-wanted':
        this.onWorkerWanted(message);
        break;
      case 'look':
        if (this.comparing) this.context.schedule(LOOK_SOON_MS, { type: 'look' }, 'look');
        else this.compareWithStore();
        break;
      case 'wake':
        this.idleTicks = 0;
        this.offerRetries();
        this.compareWithStore();
        break;
      case 'tick':
        this.compareWithStore();
        break;
      case 'tick-done':
        this.onCompared(message.seen);
        break;
      default:
        message satisfies never;
    }
  };

  startFirstWorkers(): void {
    if (this.startsHere) {
      this.scaling.startFirst(this.record);
      return;
    }
    this.asksOthers = true;
    this.firstWorkerDue = firstWorkers(this.record, this.environment.services.config) > 0;
    this.scale();
  }

  /** A message that is being accepted when the process stops still gets its answer. */
  async postStop(): Promise<void> {
    await this.inFlight.settled();
  }

  private send(command: Extract<MailboxCommand, { type: 'send' }>): void {
    if (this.deleting) {
      command.replyTo.fail(new ActorNotFound(this.record.id));
      return;
    }
    if (this.inFlight.size >= MAX_IN_FLIGHT) {
      command.replyTo.fail(
        new MessageNotAccepted(
          `More than ${MAX_IN_FLIGHT} messages are being accepted for this actor. Try again later.`,
        ),
      );
      return;
    }
    this.idleTicks = 0;
    this.asksOthers = true;
    const { caller, message } = command;
    const { record } = this;
    const accepting = this.environment.services.quotas
      .send(caller, record.tenant, () => this.acceptor.accept(record, caller, message))
      .catch((error: unknown) => {
        discard(message);
        throw error;
      })
      .then((execution) => ({ execution, owner: record.owner }));
    const ended = (accepted: boolean) => () => this.context.self.tell({ type: 'accept-ended', accepted });
    this.inFlight.track(accepting, command.replyTo, { success: ended(true), failure: ended(false) });
  }

  private redrive({ caller, execution, replyTo }: Extract<MailboxCommand, { type: 'redrive' }>): void {
    if (this.deleting) {
      replyTo.fail(new ActorNotFound(this.record.id));
      return;
    }
    this.idleTicks = 0;
    this.asksOthers = true;
    const { self } = this.context;
    this.inFlight.track(redrive(this.environment.services, this.record, caller, execution), replyTo, {
      success: ({ redriven }) => self.tell({ type: 'retries-offered', offered: redriven.length, nextMs: undefined }),
      failure: () => self.tell({ type: 'wake' }), // some may have been sent
    });
  }

  /** Another process wants a worker, and this host has room for it. */
  private onWorkerWanted({ first }: Extract<MailboxCommand, { type: 'worker-wanted' }>): void {
    if (!this.startsHere || this.deleting || this.record.status === 'ERROR') return;
    this.idleTicks = 0;
    const { backlog } = this.scaling;
    if (!first && backlog.waiting === 0) backlog.add(1, performance.now());
    if (!first || this.record.status === 'SUBMITTED') this.pool.tell({ type: 'one-more' });
    this.compareWithStore();
  }

  private get startsHere(): boolean {
    return servesQueueOf(this.environment.services.config, this.record);
  }

  private scale(): void {
    if (this.deleting || this.record.status === 'ERROR') return;
    if (this.startsHere) this.scaling.scale(this.record, this.poolState, this.firstWorkerDue);
    else if (this.asksOthers) this.scalingElsewhere.scale(this.record, this.scaling.backlog, this.firstWorkerDue);
  }

  private async fail({ revision, ...failure }: { readonly revision: number } & StartFailure): Promise<void> {
    const changed = await markError(this.environment.services, this.dbid, revision, failure);
    if (!changed) return;
    this.record = { ...this.record, status: 'ERROR', status_message: failure.reason };
    this.firstWorkerDue = false;
    this.pool.tell({ type: 'stop-all', halt: false });
  }

  /** One worker, which takes the actor out of ERROR when it has started, or keeps it there. */
  private async tryAgain(): Promise<void> {
    if (this.deleting || !this.startsHere) return;
    const record = await claimTry(this.environment.services, this.dbid);
    if (!record) return;
    this.follow(record);
    this.idleTicks = 0;
    this.pool.tell({ type: 'scale', target: 1, pressing: true });
  }

  private async purge(): Promise<PurgedMailbox> {
    const dropped = await purgeMailbox(this.environment.services, this.dbid);
    this.scaling.backlog.clear();
    return { dropped, owner: this.record.owner };
  }

  private async replaceState(command: Extract<MailboxCommand, { type: 'replace-state' }>): Promise<ActorRecord> {
    const record = await replaceState(this.environment.services, this.record, command);
    this.follow(record);
    return record;
  }

  /** A new revision gets its first worker at once, whatever its predecessor was in. */
  private async update(command: Extract<MailboxCommand, { type: 'update' }>): Promise<ActorRecord> {
    const record = await updateActor(this.environment.services, this.record, command);
    if (record.revision > this.record.revision) this.firstWorkerDue = true;
    this.asksOthers = true;
    this.follow(record);
    this.scale();
    return record;
  }

  private async recordExecution(command: Extract<MailboxCommand, { type: 'record-execution' }>): Promise<ActorRecord> {
    await recordExecution(this.environment.services, this.record, command);
    return this.record;
  }

  /** Takes over what the store says of the actor; another process may have updated it. */
  private follow(record: ActorRecord): void {
    if (this.deleting || record.revision < this.record.revision) return;
    const changed = record.last_update_time.getTime() !== this.record.last_update_time.getTime();
    this.record = record;
    if (record.status !== 'SUBMITTED') this.firstWorkerDue = false; // another host may have started it
    if (changed) this.pool.tell({ type: 'update', actor: record });
    if (changed && !this.startsHere) this.pool.tell({ type: 'stop-all', halt: false });
  }

  /** The sequence of contract 2.2.3; can be repeated after a crash at any point. */
  private async delete(versions: ActorVersions): Promise<{ complete: boolean }> {
    const { services } = this.environment;
    const marked = await services.store.actors.markShuttingDown(this.dbid, versions);
    if (!marked) await requireVersion(services, this.record, versions);
    this.deleting = true;
    await this.inFlight.settled();
    const outcome = await deleteActor(services, this.dbid, this.pool);
    // The answer still goes out: a stop waits for the message that is being handled.
    this.context.passivate();
    return outcome;
  }

  /** What was accepted here before this process learnt it never runs; neither does a worker that was asked for too late to be told. */
  private async onDeletedElsewhere(): Promise<void> {
    if (!this.deleting) this.pool.tell({ type: 'stop-all', halt: true });
    this.deleting = true;
    await this.inFlight.settled();
    await this.environment.services.store.executions.abandonWaiting(this.dbid, 'The actor was deleted.');
  }

  /** Learns what other processes have done to the actor, puts the backlog right, and publishes again what no queue holds. */
  private compareWithStore(): void {
    if (this.comparing) return;
    this.comparing = true;
    const { store } = this.environment.services;
    const queueIsEmpty = performance.now() - this.idleSince > QUEUE_EMPTY_AFTER_MS;
    const compare = async (): Promise<SeenInStore> => {
      const record = await store.actors.find(this.dbid);
      if (record && record.status !== 'SHUTTING_DOWN') this.follow(record);
      else await this.onDeletedElsewhere();
      // of a deleted actor nothing is offered again: that would make its queue anew
      const due = await publishDue(this.environment.services, this.dbid, {
        queueIsEmpty: queueIsEmpty && !this.deleting,
      });
      const waiting =
        due === 0 && this.scaling.backlog.waiting === 0 ? 0 : await store.executions.figures.countSubmitted(this.dbid);
      if (!this.startsHere && this.asksOthers) await this.scalingElsewhere.look(this.record, { idleCount: due === 0 });
      return { waiting, due, ...(await this.scaling.look(this.record)) };
    };
    this.context.pipeToSelf(compare(), (outcome) =>
      outcome.ok
        ? { type: 'tick-done', seen: outcome.value }
        : // store or broker are away: what is known stays as it is until the next tick
          { type: 'tick-done', seen: { waiting: this.scaling.backlog.waiting, due: 0 } },
    );
  }

  /** The timer only wakes; the store knows what is due. */
  private planRetry(delayMs: number): void {
    const at = performance.now() + delayMs;
    if (at >= this.nextRetry) return;
    this.nextRetry = at;
    this.context.schedule(delayMs, { type: 'retries-due' }, 'retries');
  }

  private offerRetries(): void {
    this.nextRetry = Infinity;
    if (this.deleting) return;
    this.context.pipeToSelf(offerRetries(this.environment.services, this.dbid), (outcome) =>
      outcome.ok
        ? { type: 'retries-offered', ...outcome.value }
        : { type: 'retries-offered', offered: 0, nextMs: LOOK_AGAIN_MS },
    );
  }

  private onCompared(seen: SeenInStore): void {
    this.comparing = false;
    this.scaling.seen(seen);
    this.scale();
    this.idleTicks = this.isIdle() ? this.idleTicks + 1 : 0;
    if (this.idleTicks >= 2) this.context.passivate();
  }

  private isIdle(): boolean {
    const { starting, idle, busy, stopping } = this.poolState;
    if (this.inFlight.size + starting + idle + busy + stopping > 0) return false;
    if (this.deleting || (!this.startsHere && !this.asksOthers)) return true;
    return (
      this.scaling.backlog.waiting === 0 &&
      !this.firstWorkerDue &&
      this.nextRetry > performance.now() + STAY_FOR_RETRY_MS
    );
  }
}
