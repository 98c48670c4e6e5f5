import { type BeforeApplicationShutdown, Inject, Injectable } from '@nestjs/common';
import { type ExecutionDbid, ServiceUnavailable } from '@abaco/contract';
import type { ExecutionProgress } from '@abaco/store';
import type { RuntimeServices } from '../runtime-services.js';
import { RUNTIME_SERVICES } from '../tokens.js';
import type { ExecutionChange, Watchable } from './execution-change.js';
import { ExecutionWatch } from './execution-watch.js';
import { LookTimes } from './look-times.js';

/** Executions in one query. */
const BATCH = 1_000;

interface Watched {
  readonly watches: Set<ExecutionWatch>;
  readonly looks: LookTimes;
  /** As of the last look; undefined before the first. */
  progress?: ExecutionProgress;
}

/**
 * Tells whoever waits for an execution that something has changed. What happens in this process is told at once; for what happens
 * on other hosts watched executions are looked up together, however many wait: soon after a wait began, once a second later.
 */
@Injectable()
export class ExecutionWatcher implements BeforeApplicationShutdown {
  private readonly watched = new Map<ExecutionDbid, Watched>();
  private unsubscribe: (() => void) | undefined;
  private timer: NodeJS.Timeout | undefined;
  /** When the timer ends, milliseconds of the monotonic clock; Infinity: there is none. */
  private nextLook = Infinity;
  private looking = false;
  private closed = false;

  constructor(@Inject(RUNTIME_SERVICES) private readonly services: RuntimeServices) {}

  /** @throws ServiceUnavailable when the server is shutting down */
  watch(execution: ExecutionDbid, interest: readonly Watchable[]): ExecutionWatch {
    if (this.closed) throw new ServiceUnavailable('The server is shutting down. Try again.');
    this.unsubscribe ??= this.services.changes.subscribe((change) => this.onOwnChange(change));
    const entry = this.watched.get(execution) ?? { watches: new Set(), looks: new LookTimes(performance.now()) };
    const watch = new ExecutionWatch(execution, new Set(interest), () => this.forget(watch, entry));
    entry.watches.add(watch);
    this.watched.set(execution, entry);
    this.lookAgainAt(entry.looks.at);
    return watch;
  }

  /** Ends all watches: requests that wait must have their answers before the HTTP server closes. */
  beforeApplicationShutdown(): void {
    this.closed = true;
    for (const { watches } of [...this.watched.values()]) for (const watch of [...watches]) watch.end();
  }

  private onOwnChange(change: ExecutionChange): void {
    this.watched.get(change.execution)?.looks.isTold(performance.now());
    this.onChange(change);
  }

  private onChange({ execution, what }: ExecutionChange): void {
    for (const watch of this.watched.get(execution)?.watches ?? []) watch.notify(what);
  }

  private forget(watch: ExecutionWatch, { watches }: Watched): void {
    watches.delete(watch);
    if (watches.size === 0) this.watched.delete(watch.execution);
    if (this.watched.size > 0) return;
    this.unsubscribe?.();
    this.unsubscribe = undefined;
    this.stopTimer();
  }

  private stopTimer(): void {
    clearTimeout(this.timer);
    this.nextLook = Infinity;
  }

  private lookAgainAt(at: number): void {
    if (this.looking || at >= this.nextLook) return;
    this.stopTimer();
    this.nextLook = at;
    this.timer = setTimeout(() => void this.look(), Math.max(0, at - performance.now())).unref();
  }

  private async look(): Promise<void> {
    this.nextLook = Infinity;
    this.looking = true;
    try {
      const due = this.takeDue(performance.now());
      for (let from = 0; from < due.length; from += BATCH) await this.lookAt(due.slice(from, from + BATCH));
    } catch (error) {
      // the next look finds what this one has missed
      this.services.logger.debug({ err: error }, 'Watched executions could not be looked up');
    } finally {
      this.looking = false;
      let next = Infinity;
      for (const { looks } of this.watched.values()) next = Math.min(next, looks.at);
      if (next < Infinity) this.lookAgainAt(next);
    }
  }

  private takeDue(now: number): ExecutionDbid[] {
    const due: ExecutionDbid[] = [];
    for (const [execution, { looks }] of this.watched) {
      if (!looks.isDue(now)) continue;
      looks.looked(now);
      due.push(execution);
    }
    return due;
  }

  private async lookAt(executions: readonly ExecutionDbid[]): Promise<void> {
    const { store, hostId } = this.services;
    const found = new Map(
      (await store.executions.listProgress(executions)).map((progress) => [progress._id, progress]),
    );
    const elsewhere: ExecutionDbid[] = [];
    for (const execution of executions) {
      const progress = found.get(execution);
      if (this.isNews(execution, progress)) this.onChange({ execution, what: 'status' });
      if (progress?.status !== 'RUNNING' || progress.host_id === hostId) continue;
      elsewhere.push(execution);
      // Each follower reads on from where it is: one query here could not know of all positions.
      this.onChange({ execution, what: 'log' });
    }
    const withResults = await this.withResults(elsewhere);
    for (const execution of withResults) this.onChange({ execution, what: 'result' });
  }

  private async withResults(executions: readonly ExecutionDbid[]): Promise<ExecutionDbid[]> {
    const awaited = executions.filter((execution) =>
      [...(this.watched.get(execution)?.watches ?? [])].some((watch) => watch.isFor('result')),
    );
    return awaited.length === 0 ? [] : this.services.store.results.executionsWithResults(awaited);
  }

  /** True at the first look too: what has happened since the watch began may have been missed. */
  private isNews(execution: ExecutionDbid, progress: ExecutionProgress | undefined): boolean {
    const entry = this.watched.get(execution);
    if (!entry) return false;
    const known = entry.progress;
    if (progress) entry.progress = progress;
    return !known || !progress || known.status !== progress.status || known.attempt !== progress.attempt;
  }
}
