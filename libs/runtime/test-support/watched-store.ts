import { EventStream } from '@abaco/actors';
import type { AbacoConfig } from '@abaco/config';
import type { ExecutionDbid, HostId } from '@abaco/contract';
import type { ExecutionProgress, LogPosition, Store } from '@abaco/store';
import { silentLogger } from '../src/logger.js';
import type { RuntimeServices } from '../src/runtime-services.js';
import type { ExecutionChange } from '../src/watching/execution-change.js';

type LogPiece = LogPosition & { readonly text: string };

/** What of an execution can be watched, in memory, with the answers of the real store. */
export class WatchedStore {
  readonly host = 'here' as HostId;
  readonly changes = new EventStream<ExecutionChange>();
  readonly progress = new Map<ExecutionDbid, ExecutionProgress>();
  readonly log: LogPiece[] = [];
  readonly results: Buffer[] = [];
  /** Answers of `countSubmitted`. */
  waiting = 0;
  /** Thrown by everything while it is there. */
  failure: Error | undefined;
  /** Sizes of the queries for progress. */
  readonly queries: number[] = [];
  /** Reads of logs. */
  logReads = 0;

  /** Writes a status without telling anybody, as another host does. */
  set(
    execution: ExecutionDbid,
    status: ExecutionProgress['status'],
    more: Partial<Pick<ExecutionProgress, 'attempt' | 'host_id' | 'error'>> = {},
  ): void {
    const progress = { _id: execution, status, attempt: 1, host_id: this.host, error: null, ...more };
    this.progress.set(execution, progress);
  }

  services(web: Partial<AbacoConfig['web']> = {}): RuntimeServices {
    const answer = <T>(work: () => T): Promise<T> =>
      this.failure ? Promise.reject(this.failure) : Promise.resolve(work());
    const store = {
      executions: {
        listProgress: (ids: readonly ExecutionDbid[]) =>
          answer(() => {
            this.queries.push(ids.length);
            return ids.map((id) => this.progress.get(id)).filter((found) => found !== undefined);
          }),
        find: (id: ExecutionDbid) => answer(() => this.progress.get(id) ?? null),
        figures: {
          countSubmitted: (_actor: unknown, atMost: number) => answer(() => Math.min(this.waiting, atMost)),
        },
      },
      logs: {
        read: () => answer(() => this.log.map(({ text }) => text).join('')),
        readAfter: (_execution: unknown, position: LogPosition | undefined, limit: number) =>
          answer(() => {
            this.logReads++;
            const attempt = Math.max(...this.log.map((piece) => piece.attempt));
            const from = position?.attempt === attempt ? position.seq : -1;
            return this.log.filter((piece) => piece.attempt === attempt && piece.seq > from).slice(0, limit);
          }),
      },
      results: {
        pop: () => answer(() => this.results.shift() ?? null),
        executionsWithResults: (ids: readonly ExecutionDbid[]) => answer(() => (this.results.length > 0 ? ids : [])),
      },
    };
    return {
      store: store as unknown as Store,
      hostId: this.host,
      logger: silentLogger,
      changes: this.changes,
      config: { web: { synchronous_timeout: 50, max_synchronous: 2, max_streams: 2, ...web } },
    } as RuntimeServices;
  }
}
