import { encode } from '../bson/codec.js';
import { equalValues } from '../bson/compare.js';
import { nearestDouble } from '../bson/number-key.js';
import { type Doc, isDoc, isNumeric } from '../bson/values.js';
import { CommandFailure, NotSupported } from '../failure.js';
import { compileFilter } from '../query/matcher.js';
import type { Collection } from '../storage/collection.js';
import type { Direction, IndexDefinition, IndexField, IndexSpec } from '../storage/index-definition.js';
import { scan } from '../storage/scan.js';
import { cursorReply } from '../wire/cursor-reply.js';
import { collectionName, flag } from './arguments.js';
import type { Commands, Invocation, Reply, Server } from './command.js';

export const indexCommands: Commands = { createIndexes, listIndexes, dropIndexes, deleteIndexes: dropIndexes };

async function createIndexes(invocation: Invocation, server: Server): Promise<Reply> {
  const { body, database } = invocation;
  const name = collectionName(invocation);
  if (!Array.isArray(body.indexes) || body.indexes.length === 0) {
    throw new CommandFailure(2, 'Must specify at least one index to create');
  }
  const specs = body.indexes.map((index: unknown) => parseIndex(index));
  return server.environment.write(() => {
    const created = server.catalog.find(database, name) === undefined;
    const collection = server.catalog.ensure(database, name);
    const before = collection.indexes.length;
    for (const spec of specs) if (!existing(collection, spec)) build(server, collection, spec);
    const after = collection.indexes.length;
    return {
      numIndexesBefore: before,
      numIndexesAfter: after,
      createdCollectionAutomatically: created,
      ...(before === after ? { note: 'all indexes already exist' } : {}),
    };
  });
}

/** All documents are indexed in the one transaction, during which the process does nothing else. */
function build(server: Server, collection: Collection, spec: IndexSpec): void {
  const index = server.catalog.addIndex(collection, spec);
  try {
    const all = { index: undefined, ranges: [], reverse: false, sorted: true, exact: true };
    collection.build(index, scan(server.environment, collection, all));
  } catch (error) {
    server.catalog.dropIndex(collection, index);
    throw error;
  }
}

const options = ['key', 'name', 'unique', 'sparse', 'partialFilterExpression', 'expireAfterSeconds'];
/** Options of no effect here: the build always blocks, versions are the server's. */
const ignoredOptions = ['background', 'v', 'ns', 'hidden'];

function parseIndex(index: unknown): IndexSpec {
  if (!isDoc(index) || !isDoc(index.key)) throw new CommandFailure(9, 'An index needs a key');
  for (const option of Object.keys(index)) {
    if (option === 'collation') throw new NotSupported('an index with a collation');
    if (!options.includes(option) && !ignoredOptions.includes(option)) {
      throw new CommandFailure(197, `The index option '${option}' is not supported by the embedded database`);
    }
  }
  const fields = parseKey(index.key);
  const { partialFilterExpression: filter, expireAfterSeconds: expiry } = index;
  if (filter !== undefined && !isDoc(filter)) throw new CommandFailure(67, 'partialFilterExpression must be an object');
  if (filter) compileFilter(filter, { now: new Date() });
  const sparse = flag(index, 'sparse');
  if (sparse && filter) throw new CommandFailure(67, 'cannot mix "partialFilterExpression" and "sparse" options');
  if (expiry !== undefined && (!isNumeric(expiry) || nearestDouble(expiry) < 0 || fields.length !== 1)) {
    throw new CommandFailure(67, 'TTL indexes are single-field indexes with expireAfterSeconds >= 0');
  }
  return {
    name:
      typeof index.name === 'string'
        ? index.name
        : fields.map(({ path, direction }) => `${path}_${direction}`).join('_'),
    fields,
    unique: flag(index, 'unique'),
    sparse,
    partialFilter: filter,
    expireAfterSeconds: isNumeric(expiry) ? nearestDouble(expiry) : undefined,
  };
}

function parseKey(key: Doc): IndexField[] {
  const fields = Object.entries(key).map(([path, kind]): IndexField => {
    if (typeof kind === 'string') throw new NotSupported(`a ${kind} index`);
    if (path.split('.').includes('$**')) throw new NotSupported('a wildcard index');
    const number = isNumeric(kind) ? nearestDouble(kind) : 0;
    if (number === 0 || Number.isNaN(number))
      throw new CommandFailure(67, 'Values in the index key pattern must be 1 or -1');
    const direction: Direction = number > 0 ? 1 : -1;
    if (path === '' || path.split('.').includes(''))
      throw new CommandFailure(67, 'Index keys cannot be an empty field');
    return { path, parts: path.split('.'), direction };
  });
  if (fields.length === 0) throw new CommandFailure(67, 'Index keys cannot be empty.');
  return fields;
}

/** @throws CommandFailure when an index of this name or key differs from the wanted one. */
function existing(collection: Collection, wanted: IndexSpec): boolean {
  const sameKey = collection.indexes.find((index) => equalValues(keyPattern(index.spec), keyPattern(wanted)));
  if (sameKey?.isIdIndex) return true;
  const sameName = collection.indexes.find((index) => index.spec.name === wanted.name);
  if (sameName && sameName !== sameKey) {
    throw new CommandFailure(86, `An existing index has the same name as the requested index: ${wanted.name}`);
  }
  if (!sameKey) return false;
  const { unique, sparse, partialFilter, expireAfterSeconds, name } = sameKey.spec;
  if (
    unique !== wanted.unique ||
    sparse !== wanted.sparse ||
    expireAfterSeconds !== wanted.expireAfterSeconds ||
    !equalValues(partialFilter, wanted.partialFilter)
  ) {
    throw new CommandFailure(85, `An equivalent index already exists with a different name or options: ${name}`);
  }
  if (name !== wanted.name) throw new CommandFailure(85, `Index already exists with a different name: ${name}`);
  return true;
}

function keyPattern({ fields }: IndexSpec): Doc {
  return Object.fromEntries(fields.map(({ path, direction }) => [path, direction]));
}

function described({ spec }: IndexDefinition): Doc {
  const { name, unique, sparse, partialFilter, expireAfterSeconds } = spec;
  return {
    v: 2,
    key: keyPattern(spec),
    name,
    ...(unique && name !== '_id_' ? { unique } : {}),
    ...(sparse ? { sparse } : {}),
    ...(partialFilter ? { partialFilterExpression: partialFilter } : {}),
    ...(expireAfterSeconds === undefined ? {} : { expireAfterSeconds }),
  };
}

function wanted(invocation: Invocation, server: Server): Collection {
  const { database } = invocation;
  const name = collectionName(invocation);
  const collection = server.catalog.find(database, name);
  if (!collection) throw new CommandFailure(26, `ns does not exist: ${database}.${name}`);
  return collection;
}

function listIndexes(invocation: Invocation, server: Server): Reply {
  const collection = wanted(invocation, server);
  const documents = collection.indexes.map((index) => encode(described(index)));
  return cursorReply('firstBatch', documents, 0n, collection.namespace);
}

async function dropIndexes(invocation: Invocation, server: Server): Promise<Reply> {
  const target = invocation.body.index;
  const reply = await server.environment.write(() => {
    const collection = wanted(invocation, server);
    const before = collection.indexes.length;
    for (const index of chosen(collection, target)) server.catalog.dropIndex(collection, index);
    return { nIndexesWas: before };
  });
  server.collectGarbage();
  return reply;
}

function chosen(collection: Collection, target: unknown): IndexDefinition[] {
  if (target === '*') return collection.indexes.filter((index) => !index.isIdIndex);
  const targets: unknown[] = Array.isArray(target) ? target : [target];
  return targets.map((item) => {
    const index = collection.indexes.find(
      ({ spec }) => spec.name === item || (isDoc(item) && equalValues(keyPattern(spec), item)),
    );
    if (!index) throw new CommandFailure(27, `index not found with name [${String(item)}]`);
    if (index.isIdIndex) throw new CommandFailure(72, 'cannot drop _id index');
    return index;
  });
}
