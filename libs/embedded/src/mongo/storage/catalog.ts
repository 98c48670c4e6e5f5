import { Binary } from 'bson';
import { decode, encode } from '../bson/codec.js';
import { nearestDouble } from '../bson/number-key.js';
import type { Doc, Numeric } from '../bson/values.js';
import { CommandFailure } from '../failure.js';
import { compileFilter } from '../query/matcher.js';
import { Collection } from './collection.js';
import type { Environment } from './environment.js';
import { type Direction, IndexDefinition, type IndexSpec } from './index-definition.js';

const lastIdKey = Buffer.from('ids');
const collectionPrefix = 'c:';
const garbagePrefix = 'g:';

/** What a dropped collection or index leaves behind: all keys of `store` that begin with `id`. */
export interface Garbage {
  readonly store: 'records' | 'indexes';
  readonly id: number;
}

/** Which collections and indexes there are. Methods that change it must be called in a write transaction. */
export class Catalog {
  private collections = new Map<string, Collection>();
  private lastId = 0;
  /** The layout of the data directory; another one is refused. */
  static readonly format = 1;

  constructor(private readonly environment: () => Environment) {}

  /** Reads everything from the store, also after a failed commit. */
  load(): void {
    const { catalog } = this.environment();
    this.collections = new Map();
    const state = catalog.get(lastIdKey);
    if (state) {
      const { format, last } = decode(state);
      if (nearestDouble(format as Numeric) !== Catalog.format)
        throw new Error('The data directory has another format.');
      this.lastId = nearestDouble(last as Numeric);
    }
    for (const { value } of catalog.getRange(textRange(collectionPrefix))) this.restore(decode(value));
  }

  find(database: string, name: string): Collection | undefined {
    return this.collections.get(`${database}.${name}`);
  }

  list(database?: string): Collection[] {
    const all = [...this.collections.values()];
    return database === undefined ? all : all.filter((collection) => collection.database === database);
  }

  /** Creates the collection with its `_id` index if there is none. @throws CommandFailure InvalidNamespace */
  ensure(database: string, name: string): Collection {
    const existing = this.find(database, name);
    if (existing) return existing;
    checkNames(database, name);
    const collection = this.add(this.nextId(), database, name);
    collection.indexes.push(new IndexDefinition(this.nextId(), idIndex, () => true));
    this.save(collection);
    return collection;
  }

  addIndex(collection: Collection, spec: IndexSpec): IndexDefinition {
    const index = new IndexDefinition(this.nextId(), spec, acceptor(spec));
    collection.indexes = [...collection.indexes, index];
    this.save(collection);
    return index;
  }

  dropIndex(collection: Collection, index: IndexDefinition): void {
    collection.indexes = collection.indexes.filter((other) => other !== index);
    this.discard({ store: 'indexes', id: index.id });
    this.save(collection);
  }

  drop(collection: Collection): void {
    this.collections.delete(collection.namespace);
    this.environment().catalog.removeSync(collectionKey(collection));
    this.discard({ store: 'records', id: collection.id });
    for (const index of collection.indexes) this.discard({ store: 'indexes', id: index.id });
  }

  /** Stores the definition of a collection after a change. */
  save(collection: Collection): void {
    this.environment().catalog.putSync(collectionKey(collection), stored(collection));
  }

  garbage(): Garbage[] {
    const keys = this.environment().catalog.getKeys(textRange(garbagePrefix));
    return [...keys].map((key) => {
      const [, store, id] = key.toString().split(':');
      return { store: store === 'records' ? 'records' : 'indexes', id: Number(id) };
    });
  }

  /** Removes up to `limit` keys of what was dropped. @returns whether that was all. */
  collect(garbage: Garbage, limit: number): boolean {
    const environment = this.environment();
    const [start, end] = [Buffer.alloc(4), Buffer.alloc(4)];
    start.writeUInt32BE(garbage.id);
    end.writeUInt32BE(garbage.id + 1);
    const store = environment[garbage.store];
    const keys = [...store.getKeys({ start, end, limit })];
    for (const key of keys) store.removeSync(key);
    if (keys.length === limit) return false;
    environment.catalog.removeSync(garbageKey(garbage));
    return true;
  }

  private discard(garbage: Garbage): void {
    this.environment().catalog.putSync(garbageKey(garbage), Buffer.alloc(0));
  }

  private nextId(): number {
    this.lastId += 1;
    this.environment().catalog.putSync(lastIdKey, Buffer.from(encode({ format: Catalog.format, last: this.lastId })));
    return this.lastId;
  }

  private add(id: number, database: string, name: string): Collection {
    const collection = new Collection(this.environment(), id, database, name, (changed) => this.save(changed));
    this.collections.set(collection.namespace, collection);
    return collection;
  }

  private restore(doc: Doc): void {
    const { id, database, name, indexes } = doc as { id: Numeric; database: string; name: string; indexes: Doc[] };
    const collection = this.add(nearestDouble(id), database, name);
    collection.indexes = indexes.map((index) => {
      const spec = restoredSpec(index);
      return new IndexDefinition(nearestDouble(index.id as Numeric), spec, acceptor(spec), index.multikey === true);
    });
  }
}

const idIndex: IndexSpec = {
  name: '_id_',
  fields: [{ path: '_id', parts: ['_id'], direction: 1 }],
  unique: true,
  sparse: false,
  partialFilter: undefined,
  expireAfterSeconds: undefined,
};

function acceptor({ partialFilter }: IndexSpec): (doc: Doc) => boolean {
  return partialFilter ? compileFilter(partialFilter, { now: new Date(0) }) : () => true;
}

function checkNames(database: string, name: string): void {
  if (database === '' || database.length > 63 || /[/\\. "$\0]/.test(database)) {
    throw new CommandFailure(73, `Invalid database name: '${database}'`);
  }
  if (name === '' || /[$\0]/.test(name) || name.startsWith('.') || name.endsWith('.') || name.startsWith('system.')) {
    throw new CommandFailure(73, `Invalid collection name: '${database}.${name}'`);
  }
  if (database.length + name.length > 254) throw new CommandFailure(73, 'Fully qualified namespace is too long');
}

function collectionKey(collection: Collection): Buffer {
  return Buffer.from(`${collectionPrefix}${collection.namespace}`);
}

function garbageKey({ store, id }: Garbage): Buffer {
  return Buffer.from(`${garbagePrefix}${store}:${id}`);
}

function textRange(prefix: string): { start: Buffer; end: Buffer } {
  return { start: Buffer.from(prefix), end: Buffer.from(`${prefix}\u{10ffff}`) };
}

function stored({ id, database, name, indexes }: Collection): Buffer {
  const doc: Doc = {
    id,
    database,
    name,
    indexes: indexes.map(({ id: indexId, multikey, spec }) => ({
      id: indexId,
      multikey,
      name: spec.name,
      fields: spec.fields.map(({ path, direction }) => ({ path, direction })),
      unique: spec.unique,
      sparse: spec.sparse,
      partialFilter: spec.partialFilter && new Binary(encode(spec.partialFilter)),
      expireAfterSeconds: spec.expireAfterSeconds,
    })),
  };
  return Buffer.from(encode(doc));
}

function restoredSpec(doc: Doc): IndexSpec {
  const { name, fields, unique, sparse, partialFilter, expireAfterSeconds } = doc as {
    name: string;
    fields: { path: string; direction: Numeric }[];
    unique: boolean;
    sparse: boolean;
    partialFilter?: Binary;
    expireAfterSeconds?: Numeric;
  };
  return {
    name,
    fields: fields.map(({ path, direction }) => ({
      path,
      parts: path.split('.'),
      direction: nearestDouble(direction) as Direction,
    })),
    unique,
    sparse,
    partialFilter: partialFilter && decode(partialFilter.buffer.subarray(0, partialFilter.position)),
    expireAfterSeconds: expireAfterSeconds && nearestDouble(expireAfterSeconds),
  };
}
