import type { Behavior, BehaviorFactory, BehaviorObject } from './behavior.js';
import { checkBehavior, isPromise } from './behavior-calls.js';
import { CellRef, cellOf } from './cell-ref.js';
import type { Watcher } from './addressee.js';
import type { Cancel } from './context.js';
import type { Environment } from './environment.js';
import { ActorStopped, NotAChild } from './errors.js';
import { EscalatedFailure } from './escalated-failure.js';
import { Incarnation } from './incarnation.js';
import { Performer } from './performer.js';
import type { Ref } from './ref.js';
import type { ActorSnapshot, ActorStatus } from './snapshot.js';
import { type CellOptions, checkSpawnOptions } from './spawn-options.js';
import type { Directive } from './supervision.js';
import { Supervisor } from './supervisor.js';
import { IDLE, type Step } from './ticked.js';
import { toError } from './to-error.js';

const DEFAULT_STOP_DEADLINE_MS = 10_000;
const DEFAULTS: CellOptions = {};

type HookCall = (behavior: BehaviorObject<unknown>, context: Incarnation<unknown>) => void | Promise<void>;

/**
 * One actor and its life, from its first start to its end. Whatever runs the actor's code goes through `step`, one step at a time, in ticks of the scheduler.
 * What only some actors need (mailbox, children, timers, supervision) is made when it is needed: an idle actor is small.
 */
export class Cell extends Performer<Cell> {
  readonly ref = new CellRef<unknown>(this);
  private status: ActorStatus | 'stopped' = 'starting';
  private restarts = 0;
  private stopRequested = false;
  private postStopDone = false;
  /** When the present behavior was made, in the clock's time; `undefined` while there is none that may run. */
  private startedAt: number | undefined;
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
    options: CellOptions,
  ) {
    super(environment, parent, name, options);
    this.wake();
  }

  /** @throws InvalidName, NameTaken, ActorStopped, RangeError for an option out of range */
  spawn<C>(name: string, factory: BehaviorFactory<C>, options: CellOptions = DEFAULTS): Ref<C> {
    this.checkName(name);
    checkSpawnOptions(options);
    if (this.stopRequested) throw new ActorStopped(this.path);
    const child = new Cell(this.environment, this, name, factory as BehaviorFactory<unknown>, options);
    this.add(child);
    this.environment.reports.spawned(() => child.path);
    return child.ref;
  }

  /** @throws NotAChild */
  ownChild(ref: Ref<never>): Cell {
    const cell = cellOf(ref);
    if (cell.parent !== this) throw new NotAChild(cell.path, this.path);
    return cell;
  }

  snapshot(): ActorSnapshot {
    const { path, waiting, stashed, restarts, childCount: children } = this;
    return {
      path,
      status: this.stopRequested || this.status === 'stopped' ? 'stopping' : this.status,
      waiting,
      stashed,
      restarts,
      children,
    };
  }

  /** It has been told to stop, or has stopped. */
  get isStopping(): boolean {
    return this.stopRequested;
  }

  /** It has a behavior that takes messages. */
  get isRunning(): boolean {
    return this.status === 'running' && !this.stopRequested;
  }

  /** Messages that wait, and one more while it handles one. */
  get load(): number {
    return this.waiting + (this.ticking ? 1 : 0);
  }

  override addWatcher(watcher: Watcher): void {
    if (this.status === 'stopped') watcher.notify();
    else super.addWatcher(watcher);
  }

  protected override arrived(): void {
    if (this.status === 'running') this.wake();
  }

  protected override step(): Step {
    switch (this.status) {
      case 'running':
        return this.stopRequested ? this.stopping() : this.performNext();
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

  private start(): Promise<void> | undefined {
    this.incarnation = new Incarnation(this);
    try {
      if (this.parent) this.environment.interceptor?.beforeStart?.(this.path);
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
    if (this.status !== 'starting') return;
    this.status = 'running';
    if (this.restarts > 0) this.environment.reports.restarted(this.path, this.restarts);
  }

  /** The actor's own failure, whatever its origin. */
  protected override fail(error: Error): void {
    if (this.stopRequested) return this.reportFailure(error, 'stop');
    // A sibling's failure restarts this actor already.
    if (this.status === 'restarting') return this.reportFailure(error, 'restart');
    this.supervisor ??= new Supervisor(this.options.supervision ?? {});
    const now = this.clock.now();
    const ranMs = this.startedAt === undefined ? undefined : now - this.startedAt;
    const { directive, delayMs, deciderError } = this.supervisor.judge(error, now, ranMs, Math.random());
    if (deciderError) this.reportFailure(deciderError, directive);
    this.reportFailure(error, directive);
    if (directive === 'resume') return;
    const companions = this.companions();
    if (directive === 'escalate') this.parent?.incarnation?.enqueueSignal(new EscalatedFailure(error));
    for (const cell of [this, ...companions]) {
      if (directive === 'restart') cell.beginRestart(error, delayMs);
      else cell.requestStop();
    }
  }

  /** Siblings that share this actor's fate. */
  private companions(): Cell[] {
    const isAllForOne = (cell: Cell): boolean => cell.options.supervision?.scope === 'all-for-one';
    if (!this.parent || !isAllForOne(this)) return [];
    return [...this.parent.children()].filter((cell) => cell !== this && isAllForOne(cell));
  }

  private reportFailure(error: Error, directive: Directive): void {
    this.environment.reports.failed({ path: this.path, error, directive });
  }

  private beginRestart(reason: Error, delayMs: number): void {
    const mayRestart = this.incarnation?.live && (this.status === 'running' || this.status === 'starting');
    // Whoever restarts or stops already, or has yet to start, gets a new behavior anyhow.
    if (this.stopRequested || !mayRestart) return;
    this.status = 'restarting';
    this.pendingRestart = { reason, delayMs };
    this.incarnation?.end(reason);
    for (const child of this.children()) child.requestStop();
    this.wake();
  }

  private async finishRestart(): Promise<void> {
    const { reason, delayMs } = this.pendingRestart!;
    // An incarnation whose factory failed has no behavior, and the one before it has had its preRestart.
    if (this.startedAt !== undefined)
      await this.runHook('restart', (behavior, context) => behavior.preRestart?.(reason, context));
    this.startedAt = undefined;
    if (this.stopRequested) return;
    this.bringBackAside();
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

  /** Stops this actor unless something waits for it. @returns whether it stops */
  passivate(): boolean {
    if (this.stopRequested) return true;
    if (this.waiting > 0 || this.stashed > 0 || this.incarnation?.signalled) return false;
    this.requestStop();
    return true;
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
    await this.options.afterStop?.();
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
    // The root is no actor of anybody.
    if (this.parent) this.environment.reports.stopped(() => this.path);
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
    const ticking = this.detach();
    if (!ticking && !this.postStopDone) void this.runPostStop();
  }
}
