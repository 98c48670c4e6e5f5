import type { ActorContext, BehaviorObject, Ref } from '@abaco/actors';
import type { ExecutionDbid, WorkerId } from '@abaco/contract';
import type { Delivery } from '@abaco/mailbox';
import type { ActorRecord } from '@abaco/store';
import type { RunEnd } from '../execution/attempt-end.js';
import { ExecutionRun } from '../execution/execution-run.js';
import type { MailboxEnvironment } from './mailbox-environment.js';
import type { MailboxMessage } from './mailbox-protocol.js';
import { RunsUnderWay } from './runs-under-way.js';
import { NoClient, NoFreeSlot, StartAbandoned, startLane, type Lane } from './worker-lane.js';
import { startFailureOf } from './start-failure.js';
import { stopDeadlines } from './stop-deadlines.js';
import type { PoolMessage, WorkerPhase } from './worker-pool.js';

export type WorkerMessage =
  | { readonly type: 'lane-ready'; readonly lane: Lane }
  | { readonly type: 'lane-failed'; readonly error: Error }
  | { readonly type: 'delivery'; readonly delivery: Delivery }
  /** The sandbox is free for the next message; the end of this one is still being recorded. */
  | { readonly type: 'container-ended'; readonly run: ExecutionRun }
  | { readonly type: 'run-ended'; readonly run: ExecutionRun; readonly end: RunEnd }
  | { readonly type: 'run-failed'; readonly run: ExecutionRun; readonly error: Error }
  /** Go, unless a message has just come. */
  | { readonly type: 'end-idle' }
  /** It has lost its sandbox or its record: start anew, after the running execution. */
  | { readonly type: 'replace'; readonly why: string }
  /** End this execution if it is the running one; the worker stays. */
  | { readonly type: 'halt'; readonly execution: ExecutionDbid }
  /** Take no more messages and go; `halt` ends the running execution, too. */
  | { readonly type: 'stop'; readonly halt: boolean };

export interface WorkerProps {
  readonly actor: ActorRecord;
  readonly worker: WorkerId;
  /** Workers of the actor that there may be, this one included. */
  readonly maxSlots: number;
  /** Whether somebody waits for the worker, now. */
  readonly isPressing: () => boolean;
  readonly environment: MailboxEnvironment;
  readonly pool: Ref<PoolMessage>;
  readonly mailbox: Ref<MailboxMessage>;
}

/** The worker has lost what it holds outside this process; it is started anew. */
class WorkerLost extends Error {
  constructor(why: string) {
    super(`The worker starts anew: ${why}.`);
  }
}

/** So many executions in a row whose container could not even be started put the actor in ERROR (contract 4.9, case 1). */
const MAX_START_FAILURES = 5;

/**
 * `.../workers/<workerId>`: takes one message at a time from the durable mailbox, runs it in a container and records the end. While
 * an end is being recorded the next message is taken: no two containers of a worker ever run at a time.
 * Starting and running go on beside the mailbox, so that a stop is heard at any moment.
 */
export class WorkerActor implements BehaviorObject<WorkerMessage> {
  private lane: Lane | undefined;
  private readonly starting: Promise<Lane | undefined>;
  private readonly runs = new RunsUnderWay<ExecutionRun>();
  /** A message was asked for and has not come yet. */
  private requested = false;
  private stopping = false;
  /** Why this worker is to be started anew, as soon as nothing is under way. */
  private failure: Error | undefined;
  private startFailures = 0;

  constructor(
    private readonly props: WorkerProps,
    private readonly context: ActorContext<WorkerMessage>,
  ) {
    const { environment } = props;
    environment.workers.enter(props.worker, props.actor._id);
    const starting = startLane(props, context.signal, (delivery) => context.self.tell({ type: 'delivery', delivery }));
    // postStop waits for this promise; its failure reaches the actor through the message below
    this.starting = starting.catch(() => undefined);
    context.pipeToSelf(starting, (outcome) =>
      outcome.ok ? { type: 'lane-ready', lane: outcome.value } : { type: 'lane-failed', error: outcome.error },
    );
    this.tellPool('starting');
    environment.services.logger.debug({ worker: props.worker, actor: props.actor._id }, 'Worker is starting');
  }

  receive = (message: WorkerMessage): void => {
    switch (message.type) {
      case 'lane-ready':
        this.lane = message.lane;
        this.props.environment.workers.started(this.props.worker);
        this.goOn();
        break;
      case 'lane-failed':
        this.onLaneFailed(message.error);
        break;
      case 'delivery':
        this.onDelivery(message.delivery);
        break;
      case 'container-ended':
        this.onContainerEnded(message.run);
        break;
      case 'run-ended':
        this.runs.forget(message.run);
        this.onRunEnded(message.end);
        break;
      case 'run-failed':
        this.runs.forget(message.run);
        this.failure ??= message.error;
        this.goOn();
        break;
      case 'end-idle':
        if (this.runs.isNone) this.context.stop();
        break;
      case 'halt':
        if (this.runs.execution === message.execution) this.haltRun();
        break;
      case 'replace':
        this.onLost(message.why);
        break;
      case 'stop':
        this.stop(message.halt);
        break;
      default:
        message satisfies never;
    }
  };

  /** Supervision starts it anew: with a slot, a sandbox and a consumer of its own, or not at all when its slot is taken. */
  private onLost(why: string): void {
    if (this.stopping || !this.lane) return;
    this.failure ??= new WorkerLost(why);
    this.goOn();
  }

  async preRestart(): Promise<void> {
    await this.cleanUp();
  }

  async postStop(): Promise<void> {
    await this.cleanUp();
  }

  private onLaneFailed(error: Error): void {
    if (this.stopping || this.context.signal.aborted) {
      this.context.stop();
      return;
    }
    if (error instanceof NoFreeSlot) this.props.pool.tell({ type: 'no-slot', slots: this.props.maxSlots });
    if (error instanceof NoFreeSlot || error instanceof StartAbandoned) {
      this.context.stop();
      return;
    }
    if (error instanceof NoClient) {
      this.giveUp(error);
      return;
    }
    const failure = startFailureOf(error);
    if (failure) {
      this.props.mailbox.tell({ type: 'worker-start-failed', revision: this.props.actor.revision, ...failure });
      this.context.stop();
      return;
    }
    throw error;
  }

  /** The actor keeps its status and its messages. Until this worker has gone, after a pause, no other one is started in its place. */
  private giveUp(error: NoClient): void {
    const { logger, config } = this.props.environment.services;
    const log = (logger.fatal ?? logger.error).bind(logger);
    log(
      { actor: this.props.actor._id, worker: this.props.worker, reason: error.message },
      'A worker got no OAuth client',
    );
    this.context.schedule(config.oauth.attempts * config.oauth.retry_seconds * 1000, { type: 'end-idle' });
  }

  private onDelivery(delivery: Delivery): void {
    this.requested = false;
    if (this.stopping || this.failure || !this.lane || !this.runs.isSandboxFree) {
      delivery.release();
      return;
    }
    this.tellPool('taking');
    const { environment, mailbox } = this.props;
    const run = new ExecutionRun(environment.services, this.props, this.lane, delivery, {
      taken: () => {
        mailbox.tell({ type: 'message-taken' });
        this.tellPool('busy');
      },
      retryPlanned: (delayMs) => mailbox.tell({ type: 'retry-planned', delayMs }),
      containerEnded: () => this.context.self.tell({ type: 'container-ended', run }),
    });
    const end = run.execute();
    this.runs.begin(run, end);
    this.context.pipeToSelf(end, (outcome) =>
      outcome.ok ? { type: 'run-ended', run, end: outcome.value } : { type: 'run-failed', run, error: outcome.error },
    );
  }

  private onContainerEnded(run: ExecutionRun): void {
    if (this.stopping || this.failure || !this.runs.conclude(run)) return;
    this.becomeIdle();
  }

  private onRunEnded(end: RunEnd): void {
    if (end.kind === 'outdated') {
      this.props.mailbox.tell({ type: 'wake' }); // another process has updated the actor: this one learns it now
      this.context.stop();
      return;
    }
    if (end.kind === 'not-started') {
      this.startFailures++;
      if (this.startFailures > MAX_START_FAILURES) {
        this.props.mailbox.tell({
          type: 'worker-start-failed',
          revision: this.props.actor.revision,
          cause: 'containers',
          reason: `Error executing container: ${end.reason}`,
        });
      }
    } else if (end.kind === 'finished') {
      this.startFailures = 0;
    }
    this.goOn();
  }

  /** To the next message, or to the end of this worker. */
  private goOn(): void {
    if (this.stopping) {
      if (this.runs.isNone) this.context.stop();
      return;
    }
    if (this.failure) {
      // lost, or engine, store or broker failed under a run: supervision starts this worker anew, with growing delays
      if (this.runs.isNone) throw this.failure;
      return;
    }
    if (this.runs.isSandboxFree) this.becomeIdle();
  }

  private becomeIdle(): void {
    this.tellPool('idle');
    if (this.requested) return;
    this.requested = true;
    this.lane?.consumer.request(1);
  }

  private stop(halt: boolean): void {
    this.stopping = true;
    if (halt) this.haltRun();
    if (this.runs.isNone) this.context.stop();
  }

  private haltRun(): void {
    this.runs.halt().catch((error: unknown) => {
      const { logger } = this.props.environment.services;
      logger.warn({ worker: this.props.worker, err: error }, 'A running container could not be halted');
    });
  }

  private get drainMs(): number {
    return stopDeadlines(this.props.environment.services.config.workers.drain_seconds).drain;
  }

  private tellPool(state: WorkerPhase): void {
    const slot = this.lane?.slot;
    this.props.pool.tell({
      type: 'worker-state',
      worker: this.props.worker,
      state,
      ...(slot !== undefined && { slot }),
    });
  }

  /** Lets a running execution end, within bounds, and gives back what the worker held. */
  private async cleanUp(): Promise<void> {
    try {
      await this.giveUpLane();
    } finally {
      this.props.environment.workers.leave(this.props.worker);
    }
  }

  private async giveUpLane(): Promise<void> {
    const lane = this.lane ?? (await this.starting);
    if (!lane) return;
    await lane.stopTaking();
    const ended = await this.runs.endWithin(this.drainMs);
    await lane.close({ keepSandbox: !ended });
  }
}
