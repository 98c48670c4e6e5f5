import { CommandFailure } from './failure.js';

/** Bytes of documents in one reply, as MongoDB bounds it. */
const maxBatchBytes = 16 * 1024 * 1024;
/** A cursor that nobody asks goes after this many milliseconds, as in MongoDB. */
const idleMs = 10 * 60_000;

export interface Batch {
  readonly documents: Uint8Array[];
  /** Nothing is left. */
  readonly done: boolean;
}

/** The results of a query on their way to a client: BSON documents, handed out in batches. */
export class ServerCursor {
  private buffered: Uint8Array[] = [];
  private at = 0;
  private exhausted = false;
  lastUse = Date.now();

  constructor(
    readonly namespace: string,
    private readonly source: AsyncGenerator<Uint8Array[], void, undefined>,
  ) {}

  async next(count: number): Promise<Batch> {
    this.lastUse = Date.now();
    const documents: Uint8Array[] = [];
    let bytes = 0;
    while (await this.fill()) {
      const document = this.buffered[this.at] as Uint8Array;
      if (documents.length >= count || (bytes + document.length > maxBatchBytes && documents.length > 0)) {
        return { documents, done: false };
      }
      documents.push(document);
      bytes += document.length;
      this.at += 1;
    }
    return { documents, done: true };
  }

  async close(): Promise<void> {
    this.exhausted = true;
    this.buffered = [];
    await this.source.return();
  }

  /** @returns whether there is a document at the current position. */
  private async fill(): Promise<boolean> {
    while (this.at >= this.buffered.length) {
      if (this.exhausted) return false;
      const { value, done } = await this.source.next();
      this.exhausted = done === true;
      this.buffered = value ?? [];
      this.at = 0;
    }
    return true;
  }
}

/** The open cursors of all clients, by id. */
export class CursorRegistry {
  private readonly cursors = new Map<bigint, ServerCursor>();
  private lastId = BigInt(Date.now()) << 16n;

  add(cursor: ServerCursor): bigint {
    this.lastId += 1n;
    this.cursors.set(this.lastId, cursor);
    return this.lastId;
  }

  /** @throws CommandFailure CursorNotFound */
  get(id: bigint): ServerCursor {
    const cursor = this.cursors.get(id);
    if (!cursor) throw new CommandFailure(43, `cursor id ${id} not found`);
    return cursor;
  }

  /** @returns whether there was one. */
  async remove(id: bigint): Promise<boolean> {
    const cursor = this.cursors.get(id);
    this.cursors.delete(id);
    await cursor?.close();
    return cursor !== undefined;
  }

  async removeIdle(now = Date.now()): Promise<void> {
    for (const [id, cursor] of this.cursors) if (now - cursor.lastUse > idleMs) await this.remove(id);
  }

  async removeNamespace(namespace: string): Promise<void> {
    for (const [id, cursor] of this.cursors) if (cursor.namespace === namespace) await this.remove(id);
  }
}
