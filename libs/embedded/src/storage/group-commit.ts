import { open, type RootDatabase, type RootDatabaseOptionsWithPath } from 'lmdb';
import type { Durability } from './durability.js';

interface Job {
  readonly durability: Durability;
  run(): void;
  committed(): void;
  failed(error: Error): void;
}

/**
 * Opens an LMDB environment whose writes all go through {@link GroupCommit}. Without lmdb's own batches per turn of the event
 * loop: of these it rejects promises that nobody can reach when a commit fails.
 */
export function openEnvironment(options: RootDatabaseOptionsWithPath): RootDatabase {
  return open({ ...options, eventTurnBatching: false });
}

/**
 * The only writer of an LMDB environment. What is asked for while a commit is under way shares the next transaction, so that
 * many writes cost one flush; writes take effect in the order of the calls, and are acknowledged in it if they are as durable.
 */
export class GroupCommit {
  private jobs: Job[] = [];
  private committing = false;

  constructor(
    private readonly root: RootDatabase,
    private readonly durability: Durability,
    /** Called when a commit failed: what was derived from its writes must be read again. */
    private readonly onRollback: () => void = () => undefined,
  ) {}

  /**
   * Runs `operation` alone inside a write transaction: it sees all writes before it and nothing runs in between. It must
   * check everything before its first write, as an exception does not undo what it has written.
   * @param durability what the result promises; no more than the environment's
   * @returns its result, once durable. @throws what it throws, and LMDB's error when the commit fails (disk full).
   */
  write<T>(operation: () => T, durability: Durability = this.durability): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      let settle: () => void;
      this.jobs.push({
        durability: this.durability === 'process' ? 'process' : durability,
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
      settleAll(jobs.filter(({ durability }) => durability === 'process'));
      const flushing = jobs.filter(({ durability }) => durability === 'disk');
      if (flushing.length === 0) continue;
      // The next transaction need not wait for this flush; what waits is the answer to the clients.
      this.root.flushed.then(
        () => settleAll(flushing),
        (error: unknown) => failAll(flushing, error),
      );
    }
    this.committing = false;
  }
}

/** LMDB's own error (such as a full disk): lmdb rejects a promise with it that hangs on the error of the commit. */
async function reasonOf(error: unknown): Promise<unknown> {
  try {
    await (error as { commitError?: Promise<never> }).commitError;
    return error;
  } catch (reason) {
    return reason;
  }
}

function settleAll(jobs: readonly Job[]): void {
  for (const job of jobs) job.committed();
}

function failAll(jobs: readonly Job[], error: unknown): void {
  for (const job of jobs) job.failed(asError(error));
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
