import { join } from 'node:path';
import type { Database, RootDatabase } from 'lmdb';
import type { Durability } from '../storage/durability.js';
import { GroupCommit, openEnvironment } from '../storage/group-commit.js';
import { reportWriteFailure } from './write-failure.js';

/** Identifies a queue for as long as it exists; a queue deleted and declared again gets another one. */
export type QueueId = number;

/** Position of a message in its queue: rises by one with each message, and stays when the message is given back. */
export type Position = number;

/** A queue as found in the store at start. */
export interface StoredQueue {
  readonly id: QueueId;
  readonly name: string;
  readonly count: number;
  /** Positions of the first and the last message; both 0 when there is none. */
  readonly first: Position;
  readonly last: Position;
  /** Failed deliveries of the messages that have any. */
  readonly failures: ReadonlyMap<Position, number>;
}

type MessageKey = [QueueId, Position];

/** Keys removed between two turns of the event loop when a whole queue is cleared. */
const REMOVAL_BATCH = 2000;

/** Queues and messages in LMDB. A write's promise resolves when it is durable, in the order of the calls. */
export class QueueStore {
  private readonly queues: Database<QueueId, string>;
  private readonly messages: Database<Buffer, MessageKey>;
  private readonly failures: Database<number, MessageKey>;
  private readonly commits: GroupCommit;
  private nextId: QueueId;

  private constructor(root: RootDatabase, durability: Durability) {
    this.commits = new GroupCommit(root, durability);
    this.queues = root.openDB<QueueId, string>('queues', {});
    this.messages = root.openDB<Buffer, MessageKey>('messages', { encoding: 'binary' });
    this.failures = root.openDB<number, MessageKey>('failures', {});
    this.nextId = 1 + Math.max(0, ...this.queues.getRange().map(({ value }) => value), this.lastId());
  }

  /** Opens the store in `directory`, which must exist and be held by this process alone. */
  static open(directory: string, durability: Durability): QueueStore {
    return new QueueStore(openEnvironment({ path: join(directory, 'broker.lmdb') }), durability);
  }

  /** All queues. Messages of queues whose deletion a crash interrupted are removed on the way. */
  recover(): StoredQueue[] {
    const found: StoredQueue[] = [];
    const known = new Set<QueueId>();
    for (const { key: name, value: id } of this.queues.getRange()) {
      known.add(id);
      const range = { start: [id], end: [id + 1] } as unknown as { start: MessageKey; end: MessageKey };
      const [first] = this.messages.getKeys({ ...range, limit: 1 });
      const [last] = this.messages.getKeys({ start: range.end, end: range.start, reverse: true, limit: 1 });
      found.push({
        id,
        name,
        count: first ? this.messages.getKeysCount({ ...range }) : 0,
        first: first?.[1] ?? 0,
        last: last?.[1] ?? 0,
        failures: new Map([...this.failures.getRange(range)].map(({ key, value }) => [key[1], value])),
      });
    }
    for (const id of this.storedIds())
      if (!known.has(id)) this.clear(id, Infinity, () => false).catch(reportWriteFailure);
    return found;
  }

  /** Records a queue. @returns its id at once, and when it is durable. */
  createQueue(name: string): { id: QueueId; stored: Promise<void> } {
    const id = this.nextId++;
    return { id, stored: this.commits.write(() => void this.queues.putSync(name, id)) };
  }

  /** Removes a queue and all its messages. After a crash on the way the rest goes at the next start. */
  async deleteQueue(name: string, id: QueueId): Promise<void> {
    // Writes keep their order: once this one is committed, so are all messages appended before it.
    await this.commits.write(() => this.queues.removeSync(name));
    await this.clear(id, Infinity, () => false);
  }

  /** Stores a message. Resolves when it is durable; messages of one queue resolve in the order of their positions. */
  append(id: QueueId, position: Position, raw: Buffer): Promise<void> {
    return this.commits.write(() => void this.messages.putSync([id, position], raw));
  }

  /** The bytes of a message that `append` has stored and nothing has removed. */
  read(id: QueueId, position: Position): Buffer | undefined {
    return this.messages.get([id, position]) ?? this.readLatest(id, position);
  }

  /** Positions after `after` up to and including `upTo`, rising, at most `limit`. */
  positions(id: QueueId, after: Position, upTo: Position, limit: number): Position[] {
    this.messages.resetReadTxn();
    const range = this.messages.getKeys({ start: [id, after + 1], end: [id, upTo + 1], limit });
    return Array.from(range, ([, position]) => position);
  }

  /** Forgets a message. Resolves when that is durable. */
  remove(id: QueueId, position: Position, hadFailures: boolean): Promise<void> {
    const key: MessageKey = [id, position];
    return this.commits.write(() => {
      this.messages.removeSync(key);
      if (hadFailures) this.failures.removeSync(key);
    });
  }

  /** Records how many deliveries of a message have failed. */
  setFailures(id: QueueId, position: Position, count: number): Promise<void> {
    return this.commits.write(() => void this.failures.putSync([id, position], count));
  }

  /** Removes the messages up to and including `upTo`, except those to `keep`. Resolves when that is durable. */
  async clear(id: QueueId, upTo: Position, keep: (position: Position) => boolean): Promise<void> {
    for (let after = 0; ;) {
      const batch = this.positions(id, after, upTo, REMOVAL_BATCH);
      if (batch.length === 0) return;
      after = batch[batch.length - 1]!;
      await Promise.all(batch.filter((position) => !keep(position)).map((position) => this.remove(id, position, true)));
    }
  }

  /** Waits for all writes and closes the files. */
  close(): Promise<void> {
    return this.commits.close();
  }

  private readLatest(id: QueueId, position: Position): Buffer | undefined {
    // LMDB reads from a snapshot that may be older than the commit of this message.
    this.messages.resetReadTxn();
    return this.messages.get([id, position]);
  }

  private *storedIds(): Iterable<QueueId> {
    for (let id = 0; ;) {
      const [next] = this.messages.getKeys({ start: [id + 1] as unknown as MessageKey, limit: 1 });
      if (!next) return;
      id = next[0];
      yield id;
    }
  }

  private lastId(): QueueId {
    const [last] = this.messages.getKeys({ reverse: true, limit: 1 });
    return last?.[0] ?? 0;
  }
}
