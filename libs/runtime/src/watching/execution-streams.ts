import { Inject, Injectable } from '@nestjs/common';
import type { Caller } from '@abaco/access';
import {
  actorDbid,
  type ActorId,
  executionDbid,
  type ExecutionId,
  type ExecutionStatus,
  isFinal,
  ServiceUnavailable,
} from '@abaco/contract';
import type { ExecutionRecord, LogPosition } from '@abaco/store';
import { ActorQueries } from '../actor-queries.js';
import type { RuntimeServices } from '../runtime-services.js';
import { RUNTIME_SERVICES } from '../tokens.js';
import { TooManyStreams } from './errors.js';
import type { Watchable } from './execution-change.js';
import type { ExecutionWatch } from './execution-watch.js';
import { ExecutionWatcher } from './execution-watcher.js';
import { TenantSlots } from './tenant-slots.js';

/** So often something is said even when nothing happens, milliseconds: proxies cut connections that say nothing for a minute. */
const IDLE_MS = 15_000;
/** A stream ends after so long, milliseconds, so that the next one is judged by the rights that its caller has then. */
const LIFETIME_MS = 60 * 60 * 1000;
/** Chunks of a log that are read at a time; one has at most 64 Ki characters. */
const CHUNKS = 4;

/** Nothing has happened. */
interface Idle {
  readonly type: 'idle';
}

/** What happens to the log of an execution. */
export type LogEvent =
  | Idle
  | { readonly type: 'log'; readonly position: LogPosition; readonly text: string }
  /** The execution was begun again, for example on another host: the log so far is void. */
  | { readonly type: 'restart'; readonly attempt: number }
  /** The execution is final, and this was its whole log. */
  | { readonly type: 'end'; readonly status: ExecutionStatus };

/** A status of an execution. */
export type StatusEvent = Idle | { readonly type: 'status'; readonly execution: ExecutionRecord };

/** What happens to an execution, as it happens. */
export interface ExecutionStream<E> {
  /** Reads on only when it is asked to: whoever reads slowly makes nothing pile up. */
  readonly events: AsyncGenerator<E, void>;
  /** Aborts when no more events come, read or not: the execution is final, the server shuts down, or an hour is over. */
  readonly ended: AbortSignal;
  /** Ends `events` and frees everything, also when nobody has read any. It may be called again. */
  close(): void;
}

/** Follows executions, whichever host runs them. */
@Injectable()
export class ExecutionStreams {
  private readonly slots: TenantSlots;

  constructor(
    @Inject(RUNTIME_SERVICES) private readonly services: RuntimeServices,
    private readonly queries: ActorQueries,
    private readonly watcher: ExecutionWatcher,
  ) {
    this.slots = new TenantSlots(services.config.web.max_streams, (limit) => new TooManyStreams(limit));
  }

  /**
   * The log, from its beginning or from what comes after `after`, until the execution is final.
   * @throws ActorNotFound, ExecutionNotFound, TooManyStreams, ServiceUnavailable
   */
  async logs(
    caller: Caller,
    actor: ActorId,
    execution: ExecutionId,
    after?: LogPosition,
  ): Promise<ExecutionStream<LogEvent>> {
    return this.stream(caller, actor, execution, ['status', 'log'], (watch, { status }) =>
      this.followLog(watch, status, after),
    );
  }

  /**
   * Each status that is seen, from the present one until the final one. One that lasts less than a second on another host may
   * be missed. @param after a status that is known already, and its attempt
   * @throws ActorNotFound, ExecutionNotFound, TooManyStreams, ServiceUnavailable
   */
  async statuses(
    caller: Caller,
    actor: ActorId,
    execution: ExecutionId,
    after?: Pick<ExecutionRecord, 'status' | 'attempt'>,
  ): Promise<ExecutionStream<StatusEvent>> {
    return this.stream(caller, actor, execution, ['status'], (watch, record) =>
      this.followStatus(watch, record, after),
    );
  }

  private async stream<E>(
    caller: Caller,
    actor: ActorId,
    execution: ExecutionId,
    interest: readonly Watchable[],
    follow: (watch: ExecutionWatch, record: ExecutionRecord) => AsyncGenerator<E, void>,
  ): Promise<ExecutionStream<E>> {
    const release = this.slots.take(caller.tenant);
    let watch: ExecutionWatch | undefined;
    try {
      // watched before it is read: nothing that happens in between is missed
      watch = this.watcher.watch(executionDbid(actorDbid(caller.tenant, actor), execution), interest);
      watch.catchUp();
      return streamOf(watch, follow(watch, await this.queries.execution(caller, actor, execution)), release);
    } catch (error) {
      watch?.end();
      release();
      throw error;
    }
  }

  /** @param first the status that was read after the watch began, and before the log: of a final execution nothing is written any more */
  private async *followLog(
    watch: ExecutionWatch,
    first: ExecutionStatus,
    after: LogPosition | undefined,
  ): AsyncGenerator<LogEvent, void> {
    const { executions, logs } = this.services.store;
    let position = after;
    let status: ExecutionStatus = first;
    for (;;) {
      for (let more = true; more && !watch.ended;) {
        const chunks = await logs.readAfter(watch.execution, position, CHUNKS);
        for (const { attempt, seq, text } of chunks) {
          if (position && position.attempt !== attempt) yield { type: 'restart', attempt };
          position = { attempt, seq };
          yield { type: 'log', position, text };
        }
        more = chunks.length === CHUNKS;
      }
      if (watch.ended) return; // perhaps in the middle of the log
      if (isFinal(status)) {
        yield { type: 'end', status };
        return;
      }
      yield* untilChanged(watch);
      if (watch.ended) return;
      const [progress] = await executions.listProgress([watch.execution]);
      if (!progress) return;
      status = progress.status;
    }
  }

  /** @param first what was read after the watch began */
  private async *followStatus(
    watch: ExecutionWatch,
    first: ExecutionRecord,
    after: Pick<ExecutionRecord, 'status' | 'attempt'> | undefined,
  ): AsyncGenerator<StatusEvent, void> {
    let known = after;
    let execution: ExecutionRecord | null = first;
    while (execution && !watch.ended) {
      if (known?.status !== execution.status || known.attempt !== execution.attempt) {
        known = execution;
        yield { type: 'status', execution };
      }
      if (isFinal(execution.status)) return;
      yield* untilChanged(watch);
      if (watch.ended) return;
      execution = await this.services.store.executions.find(watch.execution);
    }
  }
}

/** @param release is called when the stream is closed */
function streamOf<E>(watch: ExecutionWatch, events: AsyncGenerator<E, void>, release: () => void): ExecutionStream<E> {
  const lifetime = setTimeout(() => watch.end(), LIFETIME_MS).unref();
  const close = (): void => {
    watch.end();
    clearTimeout(lifetime);
    release();
  };
  return { events: closing(events, close), ended: watch.signal, close };
}

/** Waits for a change or the end of the watch, and says every now and then that nothing has happened. */
async function* untilChanged(watch: ExecutionWatch): AsyncGenerator<Idle, void> {
  while (!watch.ended && !(await watch.changed(IDLE_MS))) {
    if (!watch.ended) yield { type: 'idle' };
  }
}

/** While the store is away the stream ends: its reader comes again and says how far it was. */
async function* closing<E>(events: AsyncGenerator<E, void>, close: () => void): AsyncGenerator<E, void> {
  try {
    yield* events;
  } catch (error) {
    if (!(error instanceof ServiceUnavailable)) throw error;
  } finally {
    close();
  }
}
