import { setTimeout as delay } from 'node:timers/promises';
import type { ExecutionDbid } from '@abaco/contract';
import { ContainerNotStarted, type ContainerOutcome, type OutputSink, type RunningContainer } from '@abaco/engine';
import type { Delivery } from '@abaco/mailbox';
import { BodyMissing, type ActorRecord, type ExecutionRecord } from '@abaco/store';
import { actorConfigs } from '../configs/actor-configs.js';
import { ConfigsUnusable } from '../configs/errors.js';
import { servesQueueOf } from '../hierarchy/compute-host.js';
import { mailboxName } from '../hierarchy/mailbox-name.js';
import type { Lane } from '../hierarchy/worker-lane.js';
import type { WorkerProps } from '../hierarchy/worker-actor.js';
import type { RuntimeServices } from '../runtime-services.js';
import type { Watchable } from '../watching/execution-change.js';
import { accessToken } from './access-token.js';
import { adoptContainer } from './adopt-container.js';
import { AttemptEnd, type RunEnd, type RunReport } from './attempt-end.js';
import type { MessageText } from './container-environment.js';
import { containerSpec } from './container-spec.js';
import { EnvironmentTooLarge } from './environment-too-large.js';
import { toRecord, withoutContainer } from './execution-outcome.js';
import { functionCall } from './function-call.js';
import { LeaseKeeper } from './lease-keeper.js';
import { logLimits } from './log-limits.js';
import { LogWriter } from './log-writer.js';
import { InvalidLimit } from './memory-limit.js';
import { ResultWriter } from './result-writer.js';
import { failureOf, failureText, retryPolicyOf } from './retry-rules.js';
import { runTimeLeft, runTimeLimit } from './run-time-limit.js';

/** Containers get so long between SIGTERM and SIGKILL, milliseconds (Docker's default). */
const STOP_GRACE_MS = 10_000;

/** The start time is shown while the container runs only if it runs for so long, milliseconds: the end writes it again. */
const REPORT_START_AFTER_MS = 1_000;

/**
 * One take of one message: claim the record, settle the delivery, run (or adopt) the container, write the end, remove the
 * container. From the claim on the lease is what brings the message back if this process dies.
 */
export class ExecutionRun {
  private container: RunningContainer | undefined;
  private adopted = false;
  private halted = false;
  private timedOut = false;
  private readonly abandoned = new AbortController();
  /** What the actor's configs hold, read while the message is being claimed. */
  private configs: Promise<ReadonlyMap<string, string>> | undefined;

  constructor(
    private readonly services: RuntimeServices,
    private readonly worker: WorkerProps,
    private readonly lane: Lane,
    private readonly delivery: Delivery,
    private readonly report: RunReport,
  ) {}

  get execution(): ExecutionDbid {
    return this.delivery.message.id as ExecutionDbid;
  }

  /**
   * Ends the running container; the execution completes with the exit code that this gives. Before the container is started:
   * it completes without one. May be repeated when it has failed.
   */
  async halt(): Promise<void> {
    this.halted = true;
    await this.container?.stop(STOP_GRACE_MS);
  }

  /** The process ends: nothing more is written; the container goes on and is adopted at the next start. */
  leave(): void {
    this.abandoned.abort();
  }

  /** @throws when engine, store or broker failed; the message is offered again */
  async execute(): Promise<RunEnd> {
    const { underWay } = this.worker.environment;
    if (!underWay.enter(this.execution, this)) {
      this.delivery.accept(); // the run that has it renews the lease, or offers the message again
      return { kind: 'dropped' };
    }
    try {
      return await this.take();
    } finally {
      underWay.leave(this.execution, this);
    }
  }

  private async take(): Promise<RunEnd> {
    const { delivery } = this;
    if (!this.mayTake()) {
      delivery.release();
      return { kind: 'outdated' };
    }
    this.configs = actorConfigs(this.services, this.worker.actor);
    this.configs.catch(() => undefined); // `start` reports it, if it comes to that
    const actor = await this.currentActor();
    if (actor && !this.fitsWorker(actor)) {
      delivery.release();
      return { kind: 'outdated' };
    }
    const claimed = await this.claim();
    if (!claimed) return { kind: 'dropped' };
    this.report.taken();
    this.lane.status.busy();
    const { store, config, logger } = this.services;
    const lease = new LeaseKeeper(
      store.executions,
      claimed,
      config.workers.lease_seconds * 1000,
      () => this.onLeaseLost(claimed),
      logger,
    );
    try {
      const end = await this.runClaimed(claimed, actor);
      this.lane.status.idle();
      return end;
    } catch (error) {
      lease.release();
      if (!this.abandoned.signal.aborted) await this.offerAgain(claimed, error as Error);
      throw error;
    } finally {
      lease.release();
    }
  }

  /** While others may have taken this host for dead, its workers' slots are not theirs. */
  private mayTake(): boolean {
    return this.worker.environment.hold.covers(this.lane.openedAt, performance.now());
  }

  /** A worker is of one revision and in a queue of its host, and its network is made when it starts. */
  private fitsWorker(actor: ActorRecord): boolean {
    const { revision, network } = this.worker.actor;
    return actor.revision === revision && actor.network === network && servesQueueOf(this.services.config, actor);
  }

  /** Read after the message came: what was sent after an update runs with the update. */
  private async currentActor(): Promise<ActorRecord | null> {
    try {
      return await this.services.store.actors.find(this.worker.actor._id);
    } catch (error) {
      this.delivery.release();
      throw error;
    }
  }

  private async claim(): Promise<ExecutionRecord | null> {
    const { store, config, hostId } = this.services;
    try {
      const claimed = await store.executions.claim(this.execution, {
        workerId: this.worker.worker,
        hostId,
        leaseMs: config.workers.lease_seconds * 1000,
      });
      this.delivery.accept();
      if (claimed) this.announce('status');
      return claimed;
    } catch (error) {
      this.delivery.release();
      throw error;
    }
  }

  private async runClaimed(claimed: ExecutionRecord, actor: ActorRecord | null): Promise<RunEnd> {
    const { store, config, logger } = this.services;
    const policy = retryPolicyOf(actor ?? {}, config);
    const end = new AttemptEnd(this.services, actor, claimed, policy, this.abandoned.signal, this.report);
    if (!actor || actor.status === 'SHUTTING_DOWN') return end.fail('The actor was deleted.');
    // a container that is still there is taken over, as long as that has not been tried too often as well
    const mayAdopt = claimed.attempt <= Math.max(policy.max_attempts, config.workers.max_attempts);
    const limits = await logLimits(this.services, actor);
    const { signal } = this.abandoned;
    const logs = new LogWriter(store.logs, claimed, actor, limits, signal, () => this.announce('log'), logger);
    const results = new ResultWriter(store.results, claimed, signal, () => this.announce('result'));
    const sink: OutputSink = { log: (chunk) => logs.write(chunk), result: (datagram) => results.write(datagram) };
    try {
      this.halted ||= claimed.halt_requested;
      this.container = mayAdopt ? await adoptContainer(this.services, claimed, sink) : undefined;
      this.adopted = this.container !== undefined;
      if (!this.container && this.halted) return await end.halted();
      const lost = this.container ? undefined : await end.ifLostForGood();
      if (lost) return lost;
      this.container ??= await this.start(claimed, actor, sink);
    } catch (error) {
      if (error instanceof ContainerNotStarted || error instanceof InvalidLimit) {
        await end.conclude(withoutContainer({ status: 'ERROR', error: error.message, failure: 'start' }));
        return { kind: 'not-started', reason: error.message };
      }
      if (error instanceof BodyMissing) return end.fail(error.message);
      if (error instanceof ConfigsUnusable || error instanceof EnvironmentTooLarge) return end.failForInput(error);
      throw error;
    }
    if (this.halted) await this.container.stop(STOP_GRACE_MS);
    const started = this.container.startedAt;
    const reporting = setTimeout(() => void this.reportStart(claimed, started), REPORT_START_AFTER_MS);
    const outcome = await this.awaitEnd(this.container, actor).finally(() => clearTimeout(reporting));
    this.report.containerEnded();
    await Promise.all([logs.end(), results.end()]);
    const record = toRecord(outcome);
    const failure = this.halted ? undefined : failureOf(record, { timedOut: this.timedOut });
    await end.conclude({ ...record, failure });
    if (!config.workers.leave_containers) void this.container.remove();
    return { kind: 'finished' };
  }

  private async start(claimed: ExecutionRecord, actor: ActorRecord, sink: OutputSink): Promise<RunningContainer> {
    const { engine, functions, store } = this.services;
    const [message, configs, token] = await Promise.all([
      this.messageText(claimed),
      this.configs ?? actorConfigs(this.services, actor),
      this.lane.client?.token(this.abandoned.signal) ?? accessToken(this.services, actor, claimed),
    ]);
    const binary =
      claimed.message.kind === 'binary' ? await store.bodies.open(claimed.message.body ?? claimed._id) : undefined;
    const { image } = this.lane;
    const spec = containerSpec(this.services, this.worker, image, actor, claimed, message, configs, binary, token);
    const call = functions.serves(spec.image)
      ? functionCall(this.services, actor, claimed, message, configs)
      : undefined;
    return engine.start(call ? { ...spec, call } : spec, this.lane.sandbox, sink);
  }

  private async messageText(claimed: ExecutionRecord): Promise<MessageText | undefined> {
    const { message } = claimed;
    switch (message.kind) {
      case 'text':
      case 'json':
        return message;
      case 'stored-text':
      case 'stored-json': {
        const text = (await this.services.store.bodies.read(message.body ?? claimed._id)).toString('utf8');
        return { kind: message.kind === 'stored-text' ? 'text' : 'json', text };
      }
      case 'binary':
        return undefined;
    }
  }

  private async awaitEnd(container: RunningContainer, actor: ActorRecord): Promise<ContainerOutcome> {
    const limit = runTimeLimit(this.services.config, actor);
    if (limit < 0) return container.outcome;
    const ended = new AbortController();
    const left = this.adopted ? runTimeLeft(container.startedAt, limit) : limit * 1000;
    // the timer's own end by abort is no error
    void delay(left, undefined, { signal: ended.signal })
      .then(() => {
        this.timedOut = true;
        return container.stop(STOP_GRACE_MS);
      })
      .catch(() => undefined);
    try {
      return await container.outcome;
    } finally {
      ended.abort();
    }
  }

  private async reportStart(claimed: ExecutionRecord, startedAt: Date): Promise<void> {
    try {
      await this.services.store.executions.markStarted(claimed._id, claimed.attempt, startedAt);
    } catch (error) {
      this.services.logger.warn({ execution: claimed._id, err: error }, 'The start time could not be written');
    }
  }

  /** Tells those who watch in this process; others find it in the store. */
  private announce(what: Watchable): void {
    this.services.changes.publish({ execution: this.execution, what });
  }

  private onLeaseLost(claimed: ExecutionRecord): void {
    this.services.logger.warn({ execution: claimed._id, attempt: claimed.attempt }, 'Lost the lease of an execution');
    this.container?.stop(STOP_GRACE_MS).catch((error: unknown) => {
      this.services.logger.warn({ execution: claimed._id, err: error }, 'A container of a lost attempt goes on');
    });
  }

  /** Ends the lease and publishes the message again. If that fails, the lease runs out and the sweeper does it. */
  private async offerAgain(claimed: ExecutionRecord, cause: Error): Promise<void> {
    const { store, broker, logger } = this.services;
    this.worker.environment.underWay.leave(this.execution, this);
    logger.warn({ execution: claimed._id, attempt: claimed.attempt, err: cause }, 'An attempt failed and is repeated');
    try {
      const reason = failureText('infrastructure', { exit_code: null });
      await store.executions.release(claimed._id, claimed.attempt, reason);
      await broker.publish(mailboxName(claimed.actor_id), { id: claimed._id, body: Buffer.alloc(0) });
    } catch (error) {
      logger.warn({ execution: claimed._id, err: error }, 'A failed attempt is repeated when its lease has run out');
    }
  }
}
