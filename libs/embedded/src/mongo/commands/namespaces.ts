import { encode } from '../bson/codec.js';
import { Binary } from 'bson';
import { CommandFailure, NotSupported } from '../failure.js';
import { compileFilter } from '../query/matcher.js';
import type { Doc } from '../bson/values.js';
import { cursorReply } from '../wire/cursor-reply.js';
import { collectionName, docArgument, flag } from './arguments.js';
import type { Commands, Invocation, Reply, Server } from './command.js';

/** Databases and collections. A database exists as long as it has a collection. */
export const namespaceCommands: Commands = {
  create,
  drop,
  dropDatabase,
  listCollections,
  listDatabases,
};

const unsupportedOptions = ['capped', 'timeseries', 'viewOn', 'validator', 'clusteredIndex', 'expireAfterSeconds'];

function create(invocation: Invocation, server: Server): Promise<Reply> {
  const { body, database } = invocation;
  const name = collectionName(invocation);
  const unsupported = unsupportedOptions.find((option) => body[option] !== undefined && body[option] !== false);
  if (unsupported) throw new NotSupported(`a collection with the option ${unsupported}`);
  return server.environment.write(() => {
    if (server.catalog.find(database, name)) {
      throw new CommandFailure(48, `Collection ${database}.${name} already exists.`);
    }
    server.catalog.ensure(database, name);
    return {};
  });
}

async function drop(invocation: Invocation, server: Server): Promise<Reply> {
  const { database } = invocation;
  const name = collectionName(invocation);
  const namespace = `${database}.${name}`;
  const indexes = await server.environment.write(() => {
    const collection = server.catalog.find(database, name);
    if (collection) server.catalog.drop(collection);
    return collection?.indexes.length;
  });
  await server.cursors.removeNamespace(namespace);
  server.collectGarbage();
  return indexes === undefined ? {} : { nIndexesWas: indexes, ns: namespace };
}

async function dropDatabase({ database }: Invocation, server: Server): Promise<Reply> {
  const dropped = await server.environment.write(() => {
    const collections = server.catalog.list(database);
    for (const collection of collections) server.catalog.drop(collection);
    return collections;
  });
  for (const { namespace } of dropped) await server.cursors.removeNamespace(namespace);
  server.collectGarbage();
  return dropped.length > 0 ? { dropped: database } : {};
}

function listCollections({ body, database, scope }: Invocation, server: Server): Reply {
  const matches = compileFilter(docArgument(body, 'filter'), scope);
  const nameOnly = flag(body, 'nameOnly');
  const documents = server.catalog
    .list(database)
    .map(({ name, id }): Doc => {
      if (nameOnly) return { name, type: 'collection' };
      const uuid = Buffer.alloc(16);
      uuid.writeUInt32BE(id, 12);
      return {
        name,
        type: 'collection',
        options: {},
        info: { readOnly: false, uuid: new Binary(uuid, Binary.SUBTYPE_UUID) },
        idIndex: { v: 2, key: { _id: 1 }, name: '_id_' },
      };
    })
    .filter(matches)
    .map(encode);
  return cursorReply('firstBatch', documents, 0n, `${database}.$cmd.listCollections`);
}

function listDatabases({ body, scope }: Invocation, server: Server): Reply {
  const matches = compileFilter(docArgument(body, 'filter'), scope);
  const names = [...new Set(server.catalog.list().map(({ database }) => database))].sort();
  const databases = names.map((name): Doc => ({ name, sizeOnDisk: 0, empty: false })).filter(matches);
  return flag(body, 'nameOnly')
    ? { databases: databases.map(({ name }) => ({ name })) }
    : { databases, totalSize: 0, totalSizeMb: 0 };
}
