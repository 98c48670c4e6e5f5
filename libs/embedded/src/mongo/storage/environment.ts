import { type Database, open, type RootDatabase } from 'lmdb';
import type { Durability } from '../../broker/queue-store.js';

export type Bytes = Buffer;
export type ByteStore = Database<Bytes, Bytes>;

const binary = { keyEncoding: 'binary', encoding: 'binary' } as const;

interface Job {
  run(): void;
  committed(): void;
  failed(error: Error): void;
}

/**
 * The LMDB environment of one data directory. Reads see the last commit; all writes go through `write`, which gathers what
 * is asked for at the same time into one transaction (group commit) and is the only writer.
 */
export class Environment {
  readonly catalog: ByteStore;
  readonly records: ByteStore;
  readonly indexes: ByteStore;
  private readonly root: RootDatabase<Bytes, Bytes>;
  private jobs: Job[] = [];
  private committing = false;

  constructor(
    directory: string,
    private readonly durability: Durability,
    /** Called when a commit failed: what was derived from its writes must be read again. */
    private readonly onRollback: () => void,
  ) {
    // Without batches per turn, of which lmdb rejects promises that nobody can reach; `commit` makes the batches here.
    this.root = open({ path: directory, ...binary, maxDbs: 8, noSubdir: false, eventTurnBatching: false });
    this.catalog = this.root.openDB({ name: 'catalog', ...binary });
    this.records = this.root.openDB({ name: 'records', ...binary });
    this.indexes = this.root.openDB({ name: 'indexes', ...binary });
  }

  /**
   * Runs `operation` alone inside a write transaction: it sees all writes before it and nothing runs in between. It must
   * check everything before its first write, as an exception does not undo what it has written.
   * @returns its result, once durable. @throws what it throws, and LMDB's error when the commit fails (disk full).
   */
  write<T>(operation: () => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      let settle: () => void;
      this.jobs.push({
        run: () => {
          try {
            const result = operation();
            settle = () => resolve(result);
          } catch (error) {
            settle = () => reject(asError(error));
          }
        },
        committed: () => settle(),
        failed: reject,
      });
      if (this.jobs.length === 1 && !this.committing) setImmediate(() => void this.commit());
    });
  }

  /** Waits for all writes and closes the files. */
  async close(): Promise<void> {
    while (this.committing || this.jobs.length > 0) await this.write(() => undefined);
    await this.root.flushed;
    await this.root.close();
  }

  private async commit(): Promise<void> {
    this.committing = true;
    while (this.jobs.length > 0) {
      const jobs = this.jobs;
      this.jobs = [];
      try {
        await this.root.transaction(() => {
          for (const job of jobs) job.run();
        });
      } catch (error) {
        this.onRollback();
        failAll(jobs, await reasonOf(error));
        continue;
      }
      if (this.durability === 'process') settleAll(jobs);
      else {
        // The next transaction need not wait for this flush; what waits is the answer to the clients.
        this.root.flushed.then(
          () => settleAll(jobs),
          (error: unknown) => failAll(jobs, error),
        );
      }
    }
    this.committing = false;
  }
}

/** LMDB's own error (such as a full disk), which lmdb rejects a promise with that hangs on the error of the commit. */
async function reasonOf(error: unknown): Promise<unknown> {
  const { commitError } = error as { commitError?: Promise<never> };
  return commitError ? commitError.catch((reason: unknown) => reason) : error;
}

function failAll(jobs: readonly Job[], error: unknown): void {
  for (const job of jobs) job.failed(asError(error));
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

function settleAll(jobs: readonly Job[]): void {
  for (const job of jobs) job.committed();
}
