import type { Behavior, BehaviorFactory, BehaviorObject, BehaviorResult } from './behavior.js';
import { checkBehavior, isPromise, receive } from './behavior-calls.js';
import { CellRef, cellOf } from './cell-ref.js';
import type { Cancel, SpawnOptions } from './context.js';
import { Envelope } from './envelope.js';
import type { Environment } from './environment.js';
import { ActorFailed, ActorStopped, NotAChild } from './errors.js';
import { EscalatedFailure } from './escalated-failure.js';
import { Incarnation } from './incarnation.js';
import type { Ref } from './ref.js';
import type { ActorSnapshot, ActorStatus } from './snapshot.js';
import type { Directive } from './supervision.js';
import { Supervisor } from './supervisor.js';
import { IDLE, type Step, Ticked } from './ticked.js';
import { toError } from './to-error.js';
import type { Watch } from './watch.js';

const DEFAULT_STOP_DEADLINE_MS = 10_000;
const DEFAULTS: SpawnOptions = {};

type HookCall = (behavior: BehaviorObject<unknown>, context: Incarnation<unknown>) => void | Promise<void>;

/**
 * One actor and its life. Whatever runs the actor's code goes through `step`, one step at a time, in ticks of the scheduler.
 * What only some actors need (mailbox, children, timers, supervision) is made when it is needed: an idle actor is small.
 */
export class Cell extends Ticked<Cell> {
  readonly ref = new CellRef<unknown>(this);
  private status: ActorStatus | 'stopped' = 'starting';
  private restarts = 0;
  private stopRequested = false;
  private postStopDone = false;
  /** When the present behavior was made, in the clock's time; `undefined` while there is none that may run. */
  private startedAt: number | undefined;
  private behavior: Behavior<unknown> | undefined;
  private incarnation: Incarnation<unknown> | undefined;
  private supervisor: Supervisor | undefined;
  private pendingRestart: { readonly reason: Error; readonly delayMs: number } | undefined;
  private stopWaiters: (() => void)[] | undefined;
  /** The one timer of the life cycle: the backoff before a restart, later the stop deadline. */
  private cancelTimer: Cancel | undefined;

  constructor(
    environment: Environment,
    parent: Cell | undefined,
    name: string,
    private factory: BehaviorFactory<unknown> | undefined,
    options: SpawnOptions,
  ) {
    super(environment, parent, name, options);
    this.wake();
  }

  /** @throws InvalidName, NameTaken, ActorStopped */
  spawn<C>(name: string, factory: BehaviorFactory<C>, options: SpawnOptions = DEFAULTS): Ref<C> {
    this.checkName(name);
    if (this.stopRequested) throw new ActorStopped(this.path);
    const child = new Cell(this.environment, this, name, factory as BehaviorFactory<unknown>, options);
    this.add(child);
    return child.ref;
  }

  /** @throws NotAChild */
  ownChild(ref: Ref<never>): Cell {
    const cell = cellOf(ref);
    if (cell.parent !== this) throw new NotAChild(cell.path, this.path);
    return cell;
  }

  snapshot(): ActorSnapshot {
    const { path, waiting, restarts, childCount: children } = this;
    return {
      path,
      status: this.stopRequested || this.status === 'stopped' ? 'stopping' : this.status,
      waiting,
      restarts,
      children,
    };
  }

  override addWatch(watch: Watch): void {
    if (this.status === 'stopped') watch.notify();
    else super.addWatch(watch);
  }

  protected override arrived(): void {
    if (this.status === 'running') this.wake();
  }

  protected override step(): Step {
    switch (this.status) {
      case 'running':
        return this.stopRequested ? this.stopping() : this.handleNext();
      case 'starting':
        return this.stopRequested ? this.stopping() : this.start();
      case 'restarting':
        if (this.stopRequested) return this.stopping();
        return this.childCount > 0 ? IDLE : this.finishRestart();
      case 'backing-off':
        return this.stopRequested ? this.stopping() : IDLE;
      case 'stopping':
        if (this.childCount > 0) return IDLE;
        return this.postStopDone ? this.finalize() : this.runPostStop();
      case 'stopped':
        return this.postStopDone ? IDLE : this.runPostStop();
    }
  }

  private handleNext(): Step {
    const signal = this.incarnation?.nextSignal();
    if (signal instanceof EscalatedFailure) {
      this.fail(signal.error);
      return undefined;
    }
    if (signal !== undefined) return this.handle(signal);
    return this.waiting > 0 ? this.handle(this.take()) : IDLE;
  }

  private handle(item: unknown): Promise<void> | undefined {
    const envelope = item instanceof Envelope ? item : undefined;
    if (envelope?.live === false) {
      this.discard(envelope, 'stopped', new ActorStopped(this.path));
      return undefined;
    }
    try {
      const result = receive(this.behavior!, envelope ? envelope.open() : item, this.incarnation!);
      if (isPromise(result)) return this.handleAsync(item, result);
      this.handled(result);
    } catch (thrown) {
      this.handlerFailed(item, toError(thrown));
    }
    return undefined;
  }

  private async handleAsync(item: unknown, result: Promise<BehaviorResult<unknown>>): Promise<void> {
    try {
      this.handled(await result);
    } catch (thrown) {
      this.handlerFailed(item, toError(thrown));
    }
  }

  private handled(next: BehaviorResult<unknown>): void {
    if (next !== undefined) this.behavior = checkBehavior(this.path, next);
    this.incarnation?.touch();
  }

  private handlerFailed(item: unknown, error: Error): void {
    this.discard(item, 'failed', new ActorFailed(this.path, error));
    this.fail(error);
  }

  private start(): Promise<void> | undefined {
    this.incarnation = new Incarnation(this);
    try {
      const made = this.factory!(this.incarnation);
      if (isPromise(made)) return this.startAsync(made);
      this.started(made);
    } catch (thrown) {
      this.fail(toError(thrown));
    }
    return undefined;
  }

  private async startAsync(made: Promise<Behavior<unknown>>): Promise<void> {
    try {
      this.started(await made);
    } catch (thrown) {
      this.fail(toError(thrown));
    }
  }

  private started(behavior: Behavior<unknown>): void {
    this.behavior = checkBehavior(this.path, behavior);
    this.startedAt = this.clock.now();
    // Otherwise the stop deadline has passed meanwhile; the behavior still gets its postStop.
    if (this.status === 'starting') this.status = 'running';
  }

  /** The actor's own failure, whatever its origin. */
  private fail(error: Error): void {
    if (this.stopRequested) return this.reportFailure(error, 'stop');
    this.supervisor ??= new Supervisor(this.options.supervision ?? {});
    const now = this.clock.now();
    const ranMs = this.startedAt === undefined ? undefined : now - this.startedAt;
    const { directive, delayMs, deciderError } = this.supervisor.judge(error, now, ranMs, Math.random());
    if (deciderError) this.reportFailure(deciderError, directive);
    this.reportFailure(error, directive);
    switch (directive) {
      case 'resume':
        return;
      case 'restart':
        return this.beginRestart(error, delayMs);
      case 'escalate':
        this.parent?.incarnation?.enqueueSignal(new EscalatedFailure(error));
        return this.requestStop();
      case 'stop':
        return this.requestStop();
    }
  }

  private reportFailure(error: Error, directive: Directive): void {
    this.environment.reportFailure({ path: this.path, error, directive });
  }

  private beginRestart(reason: Error, delayMs: number): void {
    this.status = 'restarting';
    this.pendingRestart = { reason, delayMs };
    this.incarnation?.end(reason);
    for (const child of this.children()) child.requestStop();
  }

  private async finishRestart(): Promise<void> {
    const { reason, delayMs } = this.pendingRestart!;
    // An incarnation whose factory failed has no behavior, and the one before it has had its preRestart.
    if (this.startedAt !== undefined)
      await this.runHook('restart', (behavior, context) => behavior.preRestart?.(reason, context));
    this.startedAt = undefined;
    if (this.stopRequested) return;
    this.status = 'backing-off';
    if (delayMs > 0) this.cancelTimer = this.clock.after(delayMs, () => this.restart());
    else this.restart();
  }

  private restart(): void {
    this.restarts += 1;
    this.status = 'starting';
    this.wake();
  }

  /** Stops this actor and its subtree, children first; after `deadlineMs` whatever still runs in it is left to itself. */
  requestStop(deadlineMs = this.options.stopDeadlineMs ?? DEFAULT_STOP_DEADLINE_MS): void {
    if (this.stopRequested) return;
    this.stopRequested = true;
    this.cancelTimer?.();
    // The children's deadlines are set first, so that of equal ones theirs pass first.
    for (const child of this.children()) child.requestStop();
    this.cancelTimer = this.clock.after(deadlineMs, () => this.abandon());
    this.incarnation?.end(new ActorStopped(this.path));
    this.close();
    this.wake();
  }

  /** Resolves when the actor and its subtree are gone. */
  whenStopped(): Promise<void> {
    if (this.status === 'stopped') return Promise.resolve();
    return new Promise((resolve) => (this.stopWaiters ??= []).push(resolve));
  }

  private stopping(): Step {
    this.status = 'stopping';
    return undefined;
  }

  /** Runs at most once. What the behavior closes over is free afterwards, even while somebody keeps the dead ref. */
  private async runPostStop(): Promise<void> {
    this.postStopDone = true;
    await this.runHook('stop', (behavior, context) => behavior.postStop?.(context));
    this.behavior = this.incarnation = this.factory = undefined;
  }

  private async runHook(directive: Directive, call: HookCall): Promise<void> {
    const { behavior, incarnation } = this;
    if (typeof behavior !== 'object' || !incarnation) return;
    try {
      await call(behavior, incarnation);
    } catch (thrown) {
      this.reportFailure(toError(thrown), directive);
    }
  }

  private finalize(): undefined {
    this.status = 'stopped';
    this.cancelTimer?.();
    this.parent?.childStopped(this);
    this.settleDebts();
    for (const resolve of this.stopWaiters ?? []) resolve();
    this.stopWaiters = undefined;
  }

  private childStopped(child: Cell): void {
    this.remove(child);
    if (this.childCount === 0 && this.status !== 'running') this.wake();
  }

  /**
   * The stop deadline has passed: for everybody else the subtree is gone, children first. A handler that still runs is not
   * interrupted; `postStop` follows when it returns, so that never two parts of one actor run at the same time.
   */
  private abandon(): void {
    for (const child of this.children()) child.abandon();
    this.finalize();
    const ticking = this.giveUpTicks();
    if (!ticking && !this.postStopDone) void this.runPostStop();
  }
}
