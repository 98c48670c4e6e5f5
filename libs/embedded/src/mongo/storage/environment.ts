import type { Database } from 'lmdb';
import type { Durability } from '../../storage/durability.js';
import { GroupCommit, openEnvironment } from '../../storage/group-commit.js';

export type Bytes = Buffer;
export type ByteStore = Database<Bytes, Bytes>;

const binary = { keyEncoding: 'binary', encoding: 'binary' } as const;

/** The LMDB environment of one data directory. Reads see the last commit; all writes go through `write`. */
export class Environment {
  readonly catalog: ByteStore;
  readonly records: ByteStore;
  readonly indexes: ByteStore;
  private readonly commits: GroupCommit;

  constructor(
    directory: string,
    durability: Durability,
    /** Called when a commit failed: what was derived from its writes must be read again. */
    onRollback: () => void,
  ) {
    const root = openEnvironment({ path: directory, ...binary, maxDbs: 8, noSubdir: false });
    this.catalog = root.openDB({ name: 'catalog', ...binary });
    this.records = root.openDB({ name: 'records', ...binary });
    this.indexes = root.openDB({ name: 'indexes', ...binary });
    this.commits = new GroupCommit(root, durability, onRollback);
  }

  /** See {@link GroupCommit.write}. */
  write<T>(operation: () => T, durability?: Durability): Promise<T> {
    return this.commits.write(operation, durability);
  }

  /** Waits for all writes and closes the files. */
  close(): Promise<void> {
    return this.commits.close();
  }
}
