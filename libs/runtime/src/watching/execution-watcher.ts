import { type BeforeApplicationShutdown, Inject, Injectable } from '@nestjs/common';
import { type ExecutionDbid, ServiceUnavailable } from '@abaco/contract';
import type { ExecutionProgress } from '@abaco/store';
import type { RuntimeServices } from '../runtime-services.js';
import { RUNTIME_SERVICES } from '../tokens.js';
import type { ExecutionChange, Watchable } from './execution-change.js';
import { ExecutionWatch } from './execution-watch.js';

/** How late news of executions on other hosts may be, milliseconds. */
const LOOK_EVERY_MS = 1_000;
/** Executions in one query. */
const BATCH = 1_000;

interface Watched {
  readonly watches: Set<ExecutionWatch>;
  /** As of the last look; undefined before the first. */
  progress?: ExecutionProgress;
}

/**
 * Tells whoever waits for an execution that something has changed. What happens in this process is told at once; for what happens
 * on other hosts all watched executions are looked up together, once a second, however many wait.
 */
@Injectable()
export class ExecutionWatcher implements BeforeApplicationShutdown {
  private readonly watched = new Map<ExecutionDbid, Watched>();
  private unsubscribe: (() => void) | undefined;
  private timer: NodeJS.Timeout | undefined;
  private looking = false;
  private closed = false;

  constructor(@Inject(RUNTIME_SERVICES) private readonly services: RuntimeServices) {}

  /** @throws ServiceUnavailable when the server is shutting down */
  watch(execution: ExecutionDbid, interest: readonly Watchable[]): ExecutionWatch {
    if (this.closed) throw new ServiceUnavailable('The server is shutting down. Try again.');
    this.unsubscribe ??= this.services.changes.subscribe((change) => this.onChange(change));
    const entry = this.watched.get(execution) ?? { watches: new Set() };
    const watch = new ExecutionWatch(execution, new Set(interest), () => this.forget(watch, entry));
    entry.watches.add(watch);
    this.watched.set(execution, entry);
    this.lookLater();
    return watch;
  }

  /** Ends all watches: requests that wait must have their answers before the HTTP server closes. */
  beforeApplicationShutdown(): void {
    this.closed = true;
    for (const { watches } of [...this.watched.values()]) for (const watch of [...watches]) watch.end();
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
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  private lookLater(): void {
    if (this.looking || this.watched.size === 0) return;
    this.timer ??= setTimeout(() => void this.look(), LOOK_EVERY_MS).unref();
  }

  private async look(): Promise<void> {
    this.timer = undefined;
    this.looking = true;
    try {
      const executions = [...this.watched.keys()];
      for (let from = 0; from < executions.length; from += BATCH)
        await this.lookAt(executions.slice(from, from + BATCH));
    } catch (error) {
      // the next look finds what this one has missed
      this.services.logger.debug({ err: error }, 'Watched executions could not be looked up');
    } finally {
      this.looking = false;
      this.lookLater();
    }
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
