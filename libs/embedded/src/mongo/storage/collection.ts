import { EJSON } from 'bson';
import { KeyWriter } from '../bson/key-writer.js';
import { decode } from '../bson/codec.js';
import { type Doc, isObjectId } from '../bson/values.js';
import { CommandFailure } from '../failure.js';
import type { Environment } from './environment.js';
import type { IndexDefinition, IndexKey, IndexKeys } from './index-definition.js';

/** A document in the store. */
export class StoredDocument {
  private decoded: Doc | undefined;

  constructor(
    readonly record: number,
    readonly bytes: Uint8Array,
    decoded?: Doc,
  ) {
    this.decoded = decoded;
  }

  /** Decoded on first use. Must not be changed: clone it. */
  get doc(): Doc {
    return (this.decoded ??= decode(this.bytes));
  }
}

const writer = new KeyWriter();
const nothing = Buffer.alloc(0);

/** The key of a document in the store of records; the order of record ids is the order of insertion. */
export function recordKey(collection: number, record: number): Buffer {
  return writer.reset().uint32(collection).uint48(record).finish();
}

/**
 * The documents of one collection and its indexes. `insert`, `replace` and `remove` must be called in a write
 * transaction; they check all before they write anything.
 */
export class Collection {
  indexes: IndexDefinition[] = [];
  private lastRecord: number | undefined;

  constructor(
    private readonly environment: Environment,
    /** Prefix of its records; never used again after a drop. */
    readonly id: number,
    readonly database: string,
    readonly name: string,
    /** Called in the write transaction in which an index first holds several keys of one document. */
    private readonly onMultikey: (collection: Collection) => void,
  ) {}

  get namespace(): string {
    return `${this.database}.${this.name}`;
  }

  get(record: number): StoredDocument | undefined {
    const bytes = this.environment.records.get(recordKey(this.id, record));
    return bytes && new StoredDocument(record, bytes);
  }

  /** @throws CommandFailure DuplicateKey and what index keys throw. */
  insert(document: Omit<StoredDocument, 'record'>): void {
    const record = this.nextRecord();
    const changes = this.indexes.map((index) => this.difference(index, undefined, document.doc, record));
    for (const change of changes) this.checkUnique(change);
    this.environment.records.putSync(recordKey(this.id, record), asBuffer(document.bytes));
    for (const change of changes) this.apply(change, record);
    this.lastRecord = record;
  }

  /** Puts a new version in the place of `old`. @throws CommandFailure DuplicateKey and what index keys throw. */
  replace(old: StoredDocument, bytes: Uint8Array, doc: Doc): StoredDocument {
    const changes = this.indexes.map((index) => this.difference(index, old.doc, doc, old.record));
    for (const change of changes) this.checkUnique(change);
    this.environment.records.putSync(recordKey(this.id, old.record), asBuffer(bytes));
    for (const change of changes) this.apply(change, old.record);
    return new StoredDocument(old.record, bytes, doc);
  }

  remove(old: StoredDocument): void {
    const changes = this.indexes.map((index) => this.difference(index, old.doc, undefined, old.record));
    this.environment.records.removeSync(recordKey(this.id, old.record));
    for (const change of changes) this.apply(change, old.record);
  }

  /** Fills a new index from the documents. @throws CommandFailure DuplicateKey: the index must be dropped then. */
  build(index: IndexDefinition, documents: Iterable<StoredDocument>): void {
    for (const document of documents) {
      const change = this.difference(index, undefined, document.doc, document.record);
      this.checkUnique(change);
      this.apply(change, document.record);
    }
  }

  private nextRecord(): number {
    this.lastRecord ??= this.findLastRecord();
    return this.lastRecord + 1;
  }

  private findLastRecord(): number {
    const range = { start: recordKey(this.id + 1, 0), end: recordKey(this.id, 0), reverse: true, limit: 1 };
    for (const key of this.environment.records.getKeys(range)) return key.readUIntBE(4, 6);
    return 0;
  }

  private difference(index: IndexDefinition, old: Doc | undefined, next: Doc | undefined, record: number): IndexChange {
    const before = old ? index.keysOf(old, record, writer) : noKeys;
    const after = next ? index.keysOf(next, record, writer) : noKeys;
    const added: IndexKey[] = [];
    const removed: IndexKey[] = [];
    for (const [id, key] of after.keys) if (!before.keys.has(id)) added.push(key);
    for (const [id, key] of before.keys) if (!after.keys.has(id)) removed.push(key);
    return { index, added, removed, multikey: after.multikey };
  }

  private checkUnique({ index, added }: IndexChange): void {
    if (!index.spec.unique) return;
    for (const key of added) {
      if (this.environment.indexes.get(key.bytes) !== undefined) throw duplicateKey(this.namespace, index, key.values);
    }
  }

  private apply({ index, added, removed, multikey }: IndexChange, record: number): void {
    for (const key of removed) this.environment.indexes.removeSync(key.bytes);
    const value = index.spec.unique ? recordBytes(record) : nothing;
    for (const key of added) this.environment.indexes.putSync(key.bytes, value);
    if (multikey && !index.multikey) {
      index.multikey = true;
      this.onMultikey(this);
    }
  }
}

interface IndexChange {
  readonly index: IndexDefinition;
  readonly added: readonly IndexKey[];
  readonly removed: readonly IndexKey[];
  readonly multikey: boolean;
}

const noKeys: IndexKeys = { keys: new Map(), multikey: false };

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Keys of unique indexes lead to the record by their value, the others by their last 6 bytes. */
function recordBytes(record: number): Buffer {
  const bytes = Buffer.allocUnsafe(6);
  bytes.writeUIntBE(record, 0, 6);
  return bytes;
}

function duplicateKey(namespace: string, index: IndexDefinition, values: readonly unknown[]): CommandFailure {
  const { fields, name } = index.spec;
  const keyValue = Object.fromEntries(fields.map((field, at) => [field.path, values[at] ?? null]));
  const keyPattern = Object.fromEntries(fields.map((field) => [field.path, field.direction]));
  const text = fields.map((field, at) => `${field.path}: ${shown(values[at] ?? null)}`).join(', ');
  return new CommandFailure(
    11000,
    `E11000 duplicate key error collection: ${namespace} index: ${name} dup key: { ${text} }`,
    { keyPattern, keyValue },
  );
}

/** As the MongoDB shell shows values in its messages. */
function shown(value: unknown): string {
  if (value instanceof Date) return `new Date(${value.getTime()})`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  if (isObjectId(value)) return `ObjectId('${value.toHexString()}')`;
  return EJSON.stringify(value, { relaxed: true });
}
