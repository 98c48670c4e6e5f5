import { setTimeout as delay } from 'node:timers/promises';
import { tenantConfig } from '@abaco/config';
import type { ExecutionDbid } from '@abaco/contract';
import { ContainerNotStarted, type ContainerOutcome, type OutputSink, type RunningContainer } from '@abaco/engine';
import type { Delivery } from '@abaco/mailbox';
import { BodyMissing, type ActorRecord, type ExecutionOutcome, type ExecutionRecord } from '@abaco/store';
import { actorConfigs } from '../configs/actor-configs.js';
import { ConfigsUnusable } from '../configs/errors.js';
import { EventSource } from '../events/event-source.js';
import { mailboxName } from '../hierarchy/mailbox-name.js';
import type { Lane } from '../hierarchy/worker-lane.js';
import type { WorkerProps } from '../hierarchy/worker-actor.js';
import type { RuntimeServices } from '../runtime-services.js';
import type { Watchable } from '../watching/execution-change.js';
import type { MessageText } from './container-environment.js';
import { containerSpec } from './container-spec.js';
import { EnvironmentTooLarge } from './environment-too-large.js';
import { toRecord, withoutContainer } from './execution-outcome.js';
import { functionCall } from './function-call.js';
import { LeaseKeeper } from './lease-keeper.js';
import { LogWriter } from './log-writer.js';
import { InvalidLimit } from './memory-limit.js';
import { ResultWriter } from './result-writer.js';
import { runTimeLimit } from './run-time-limit.js';
import { whileAvailable } from './while-available.js';

/** How a run ended, for the worker. */
export type RunEnd =
  /** Somebody else has the message, or it is done with. */
  | { readonly kind: 'dropped' }
  /** The actor has a newer revision (contract 5.4) or another network: the message is left to other workers. */
  | { readonly kind: 'outdated' }
  /** The execution has its final record. */
  | { readonly kind: 'finished' }
  /** The execution is in ERROR because its container could not be started. */
  | { readonly kind: 'not-started'; readonly reason: string };

/** Containers get so long between SIGTERM and SIGKILL, milliseconds (Docker's default). */
const STOP_GRACE_MS = 10_000;

/** The start time is shown while the container runs only if it runs for so long, milliseconds: the end writes it again. */
const REPORT_START_AFTER_MS = 250;

/**
 * One take of one message: claim the record, settle the delivery, run (or adopt) the container, write the end, remove the
 * container. From the claim on the lease is what brings the message back if this process dies.
 */
export class ExecutionRun {
  private container: RunningContainer | undefined;
  private halted = false;
  /** As it was when the message came. */
  private actor: ActorRecord | null = null;
  private readonly abandoned = new AbortController();
  /** What the actor's configs hold, read while the message is being claimed. */
  private configs: Promise<ReadonlyMap<string, string>> | undefined;

  constructor(
    private readonly services: RuntimeServices,
    private readonly worker: WorkerProps,
    private readonly lane: Lane,
    private readonly delivery: Delivery,
    private readonly onTaken: () => void,
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
    const { delivery } = this;
    this.configs = actorConfigs(this.services, this.worker.actor);
    this.configs.catch(() => undefined); // `start` reports it, if it comes to that
    const actor = (this.actor = await this.currentActor());
    if (actor && !fitsWorker(actor, this.worker.actor)) {
      delivery.release();
      return { kind: 'outdated' };
    }
    const claimed = await this.claim();
    if (!claimed) return { kind: 'dropped' };
    this.onTaken();
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
      if (!this.abandoned.signal.aborted) await this.offerAgain(claimed, error as Error);
      throw error;
    } finally {
      lease.release();
    }
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
    const { store, config } = this.services;
    if (!actor || actor.status === 'SHUTTING_DOWN') return this.fail(claimed, 'The actor was deleted.');
    if (claimed.attempt > config.workers.max_attempts) {
      return this.fail(claimed, `Given up after ${config.workers.max_attempts} attempts to run it.`);
    }
    const limits = await this.logLimits(actor);
    const logs = new LogWriter(store.logs, claimed, actor, limits, this.abandoned.signal, () => this.announce('log'));
    const results = new ResultWriter(store.results, claimed, this.abandoned.signal, () => this.announce('result'));
    const sink: OutputSink = { log: (chunk) => logs.write(chunk), result: (datagram) => results.write(datagram) };
    try {
      this.halted ||= claimed.halt_requested;
      this.container = await this.adopt(claimed, sink);
      if (!this.container && this.halted) return await this.endWithoutContainer(claimed);
      this.container ??= await this.start(claimed, actor, sink);
    } catch (error) {
      if (error instanceof ContainerNotStarted || error instanceof InvalidLimit) {
        await this.fail(claimed, error.message);
        return { kind: 'not-started', reason: error.message };
      }
      if (error instanceof BodyMissing) return this.fail(claimed, error.message);
      if (error instanceof ConfigsUnusable || error instanceof EnvironmentTooLarge) {
        return this.failForInput(claimed, error);
      }
      throw error;
    }
    if (this.halted) await this.container.stop(STOP_GRACE_MS);
    const started = this.container.startedAt;
    const reporting = setTimeout(() => void this.reportStart(claimed, started), REPORT_START_AFTER_MS);
    const outcome = await this.awaitEnd(this.container, actor).finally(() => clearTimeout(reporting));
    await Promise.all([logs.end(), results.end()]);
    await this.finish(claimed, toRecord(outcome));
    if (!config.workers.leave_containers) void this.container.remove();
    return { kind: 'finished' };
  }

  /** An earlier attempt of this execution may have left a container on this host: it is taken over, not run twice. */
  private async adopt(claimed: ExecutionRecord, sink: OutputSink): Promise<RunningContainer | undefined> {
    if (claimed.attempt === 1) return undefined;
    const { engine, instance, logger } = this.services;
    const found = (await engine.find(instance)).filter((container) => container.labels.execution === claimed._id);
    let adopted: RunningContainer | undefined;
    for (const container of found.sort((a, b) => (b.labels.attempt ?? 0) - (a.labels.attempt ?? 0))) {
      if (!adopted && ['running', 'paused', 'restarting', 'exited'].includes(container.state)) {
        logger.info(
          { execution: claimed._id, container: container.id, state: container.state },
          'Adopting a container',
        );
        adopted = await engine.adopt(container, sink);
      } else {
        await engine.remove(container.id);
      }
    }
    return adopted;
  }

  private async start(claimed: ExecutionRecord, actor: ActorRecord, sink: OutputSink): Promise<RunningContainer> {
    const { engine, functions, store } = this.services;
    const [message, configs] = await Promise.all([
      this.messageText(claimed),
      this.configs ?? actorConfigs(this.services, actor),
    ]);
    const binary = claimed.message.kind === 'binary' ? await store.bodies.open(claimed._id) : undefined;
    const { image } = this.lane;
    const spec = containerSpec(this.services, this.worker, image, actor, claimed, message, configs, binary);
    const call = functions.serves(spec.image)
      ? functionCall(this.worker.mailbox, actor, claimed, message, configs)
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
        const text = (await this.services.store.bodies.read(claimed._id)).toString('utf8');
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
    // one that was adopted has run for a while already
    const left = Math.max(0, container.startedAt.getTime() + limit * 1000 - Date.now());
    // the timer's own end by abort is no error
    void delay(left, undefined, { signal: ended.signal })
      .then(() => container.stop(STOP_GRACE_MS))
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

  private async finish(claimed: ExecutionRecord, outcome: ExecutionOutcome): Promise<void> {
    const { store, logger } = this.services;
    const { event, written } = await whileAvailable(async () => {
      const event = this.actor
        ? await new EventSource(this.services).ofExecution(this.actor, claimed, outcome)
        : undefined;
      return { event, written: await store.executions.finish(claimed._id, claimed.attempt, outcome, event) };
    }, this.abandoned.signal);
    if (written) this.ended(claimed, outcome);
    if (written && event) this.services.eventsDue.publish({ actor: claimed.actor_id, execution: claimed._id });
    if (written && claimed.message.kind !== 'text' && claimed.message.kind !== 'json') {
      // a body that stays costs only space, the execution is final
      await store.bodies.delete(claimed._id).catch((error: unknown) => {
        logger.warn({ execution: claimed._id, err: error }, 'The body of a finished execution could not be removed');
      });
    }
    if (!written) {
      logger.warn(
        { execution: claimed._id, attempt: claimed.attempt },
        'A lost attempt ended; its end is not recorded',
      );
    }
  }

  private ended({ tenant }: ExecutionRecord, { status, start_time, finish_time }: ExecutionOutcome): void {
    this.announce('status');
    const seconds = start_time === null ? null : Math.max(0, finish_time.getTime() - start_time.getTime()) / 1000;
    this.services.telemetry.executionEnded?.({ tenant, status, seconds });
  }

  /** Tells those who watch in this process; others find it in the store. */
  private announce(what: Watchable): void {
    this.services.changes.publish({ execution: this.execution, what });
  }

  private async fail(claimed: ExecutionRecord, reason: string): Promise<RunEnd> {
    await this.finish(claimed, withoutContainer({ status: 'ERROR', error: reason }));
    return { kind: 'finished' };
  }

  /** The sender is told why, where the container engine would say it: it is theirs, or their admin's, to put right. */
  private async failForInput(
    claimed: ExecutionRecord,
    { message }: ConfigsUnusable | EnvironmentTooLarge,
  ): Promise<RunEnd> {
    this.services.logger.warn(
      { execution: claimed._id, reason: message },
      'An execution could not get its environment',
    );
    await this.finish(claimed, withoutContainer({ status: 'ERROR', error: message, final_state: { Error: message } }));
    return { kind: 'finished' };
  }

  /** Halted before its container was started, or after that was lost: what a user has stopped does not begin again. */
  private async endWithoutContainer(claimed: ExecutionRecord): Promise<RunEnd> {
    await this.finish(claimed, withoutContainer({ status: 'COMPLETE', final_state: { unavailable: true } }));
    return { kind: 'finished' };
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
    logger.warn({ execution: claimed._id, attempt: claimed.attempt, err: cause }, 'An attempt failed and is repeated');
    try {
      await store.executions.release(claimed._id, claimed.attempt);
      await broker.publish(mailboxName(claimed.actor_id), { id: claimed._id, body: Buffer.alloc(0) });
    } catch (error) {
      logger.warn({ execution: claimed._id, err: error }, 'A failed attempt is repeated when its lease has run out');
    }
  }

  private async logLimits(actor: ActorRecord): Promise<{ maxCharacters: number; expires: () => Date | null }> {
    const { config, quotas } = this.services;
    const { log_ex: standard, log_ex_limit: limit } = tenantConfig(config, actor.tenant);
    // no character has less than a byte
    const maxCharacters = Math.min(config.web.max_log_length, await quotas.logRoom(actor.tenant));
    const seconds = actor.log_ex === null ? standard : limit > 0 ? Math.min(actor.log_ex, limit) : actor.log_ex;
    return { maxCharacters, expires: () => (seconds < 0 ? null : new Date(Date.now() + seconds * 1000)) };
  }
}

/** A worker is of one revision, and its network is made when it starts. */
const fitsWorker = (actor: ActorRecord, worker: ActorRecord): boolean =>
  actor.revision === worker.revision && actor.network === worker.network;
