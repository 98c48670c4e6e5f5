import type { BehaviorFactory } from './behavior.js';
import { baseOf } from './base-ref.js';
import type { Cell } from './cell.js';
import { cellOf } from './cell-ref.js';
import type { ActorContext, Cancel, Outcome } from './context.js';
import { ActorStopped } from './errors.js';
import type { EscalatedFailure } from './escalated-failure.js';
import { PipedOutcome } from './piped-outcome.js';
import { Queue } from './queue.js';
import { ReceiveTimeout } from './receive-timeout.js';
import type { Ref } from './ref.js';
import type { SpawnOptions } from './spawn-options.js';
import { Timers } from './timers.js';
import { toError } from './to-error.js';
import { Watch } from './watch.js';

/** What an actor handles before its mailbox. */
export type Signal = Watch | EscalatedFailure;

const noop = () => {};

/**
 * An actor from one start of its factory to the next, and what belongs to that time alone: timers, watches, the receive timeout,
 * signals, results of `pipeToSelf`. It is the context that the actor sees; once it has ended, it begins nothing
 * new: timers, watches and time-outs have no effect, and `spawn` throws.
 */
export class Incarnation<M> implements ActorContext<M> {
  /** Why it ended. */
  private endedBy?: Error;
  private signals?: Queue<Signal>;
  private timers?: Timers;
  private receiveTimeout?: ReceiveTimeout;
  private watches?: Map<Cell, Watch>;
  private controller?: AbortController;

  constructor(private readonly cell: Cell) {}

  get live(): boolean {
    return this.endedBy === undefined;
  }

  get self(): Ref<M> {
    return this.cell.ref;
  }

  get name(): string {
    return this.cell.name;
  }

  get path(): string {
    return this.cell.path;
  }

  get signal(): AbortSignal {
    if (!this.controller) {
      this.controller = new AbortController();
      if (this.endedBy) this.controller.abort(this.endedBy);
    }
    return this.controller.signal;
  }

  spawn<C>(name: string, factory: BehaviorFactory<C>, options?: SpawnOptions): Ref<C> {
    if (!this.live) throw new ActorStopped(this.path);
    return this.cell.spawn(name, factory, options);
  }

  child(name: string): Ref<never> | undefined {
    return this.cell.child(name)?.ref;
  }

  get children(): readonly Ref<never>[] {
    return Array.from(this.cell.children(), (child) => child.ref);
  }

  stop(child?: Ref<never>): void {
    if (child) this.cell.ownChild(child).requestStop();
    else if (this.live) this.cell.requestStop();
  }

  stopChild(child: Ref<never>): Promise<void> {
    const cell = this.cell.ownChild(child);
    cell.requestStop();
    return cell.whenStopped();
  }

  watch(target: Ref<never>, message: M): void {
    const cell = cellOf(target);
    if (!this.live) return;
    this.unwatch(target);
    const watch = new Watch(this, cell, message);
    this.watches ??= new Map();
    this.watches.set(cell, watch);
    cell.addWatcher(watch);
  }

  unwatch(target: Ref<never>): void {
    const watch = this.watches?.get(cellOf(target));
    if (!watch) return;
    this.watches?.delete(watch.target);
    watch.cancel();
  }

  /** The notice of this watch is being handled. */
  watchEnded(watch: Watch): void {
    this.watches?.delete(watch.target);
  }

  schedule(delayMs: number, message: M, key?: string): Cancel {
    return this.live ? this.ownTimers().start(delayMs, message, key) : noop;
  }

  scheduleEvery(intervalMs: number, message: M, key?: string): Cancel {
    return this.live ? this.ownTimers().start(intervalMs, message, key, intervalMs) : noop;
  }

  setReceiveTimeout(idleMs: number | undefined, message?: M): void {
    this.receiveTimeout?.cancel();
    this.receiveTimeout = undefined;
    if (idleMs !== undefined && this.live) this.receiveTimeout = new ReceiveTimeout(this.cell, idleMs, message);
  }

  pipeToSelf<T>(promise: Promise<T>, toMessage: (outcome: Outcome<T>) => M): void {
    const accept = (outcome: Outcome<T>) => this.cell.acceptOwn(new PipedOutcome(this, outcome, toMessage));
    promise.then(
      (value) => accept({ ok: true, value }),
      (thrown: unknown) => accept({ ok: false, error: toError(thrown) }),
    );
  }

  stash(): void {
    this.cell.stash();
  }

  unstashAll(): void {
    this.cell.unstashAll();
  }

  get stashed(): number {
    return this.cell.stashed;
  }

  forward<N>(target: Ref<N>, message: N): void {
    this.cell.forward(baseOf(target), message);
  }

  passivate(): boolean {
    return this.live ? this.cell.passivate() : this.cell.isStopping;
  }

  /** Whether signals wait. */
  get signalled(): boolean {
    return this.signals !== undefined;
  }

  /** Queues a signal before all messages. */
  enqueueSignal(signal: Signal): void {
    if (!this.live) return;
    this.signals ??= new Queue();
    this.signals.push(signal);
    this.cell.wake();
  }

  nextSignal(): Signal | undefined {
    const signal = this.signals?.shift();
    if (this.signals?.size === 0) this.signals = undefined;
    return signal;
  }

  /** A message has been handled. */
  touch(): void {
    this.receiveTimeout?.touch();
  }

  /** The actor begins to stop or to restart. */
  end(reason: Error): void {
    if (this.endedBy) return;
    this.endedBy = reason;
    this.timers?.cancelAll();
    this.receiveTimeout?.cancel();
    for (const watch of this.watches?.values() ?? []) watch.cancel();
    this.timers = this.receiveTimeout = this.watches = this.signals = undefined;
    this.controller?.abort(reason);
  }

  private ownTimers(): Timers {
    return (this.timers ??= new Timers(this.cell));
  }
}
