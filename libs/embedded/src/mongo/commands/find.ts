import { encode } from '../bson/codec.js';
import { CommandFailure, NotSupported } from '../failure.js';
import { ServerCursor } from '../cursors.js';
import type { Doc } from '../bson/values.js';
import { Long } from 'bson';
import { compileFilter, type QueryScope } from '../query/matcher.js';
import { valuesAt } from '../query/path.js';
import { compileProjection, type Projection } from '../query/projection.js';
import { Query } from '../query/query.js';
import { parseSort } from '../query/sort.js';
import { ValueSet } from '../query/value-set.js';
import { cursorReply } from '../wire/cursor-reply.js';
import { collectionName, countArgument, docArgument, flag, refuseCollation } from './arguments.js';
import type { Commands, Invocation, Reply, Server } from './command.js';

/** MongoDB's size of a first batch when the client names none. */
const defaultBatch = 101;

export const findCommands: Commands = { find, getMore, killCursors, count, distinct };

async function find(invocation: Invocation, server: Server): Promise<Reply> {
  const { body, database, scope } = invocation;
  refuseCollation(body);
  if (flag(body, 'tailable')) throw new NotSupported('a tailable cursor');
  const name = collectionName(invocation);
  const filter = docArgument(body, 'filter');
  const sort = parseSort(body.sort);
  const projection = projectionOf(body, scope);
  const skip = countArgument(body, 'skip') ?? 0;
  const limit = countArgument(body, 'limit') || Infinity;
  const collection = server.catalog.find(database, name);
  if (!collection) {
    compileFilter(filter, scope);
    return cursorReply('firstBatch', [], 0n, `${database}.${name}`);
  }
  const query = new Query(server.environment, collection, filter, scope, sort);
  const cursor = new ServerCursor(collection.namespace, results(query, skip, limit, projection, scope));
  return reply(server, cursor, countArgument(body, 'batchSize') ?? defaultBatch, flag(body, 'singleBatch'));
}

function projectionOf(body: Doc, scope: QueryScope): Projection | undefined {
  const spec = docArgument(body, 'projection');
  return Object.keys(spec).length === 0 ? undefined : compileProjection(spec, scope);
}

async function* results(
  query: Query,
  skip: number,
  limit: number,
  projection: Projection | undefined,
  scope: QueryScope,
): AsyncGenerator<Uint8Array[], void, undefined> {
  let toSkip = skip;
  let left = limit;
  for await (const batch of query.batches(skip + limit)) {
    const rest = toSkip > 0 ? batch.slice(toSkip) : batch;
    toSkip = Math.max(0, toSkip - batch.length);
    const wanted = rest.length > left ? rest.slice(0, left) : rest;
    left -= wanted.length;
    yield wanted.map((document) => (projection ? encode(projection(document.doc, scope)) : document.bytes));
    if (left <= 0) return;
  }
}

/** Answers with the first batch and keeps the cursor when more is to come. */
export async function reply(server: Server, cursor: ServerCursor, batchSize: number, single = false): Promise<Reply> {
  const { documents, done } = await cursor.next(batchSize);
  if (!done && single) await cursor.close();
  const id = done || single ? 0n : server.cursors.add(cursor);
  return cursorReply('firstBatch', documents, id, cursor.namespace);
}

async function getMore({ body }: Invocation, server: Server): Promise<Reply> {
  const id = cursorId(body.getMore);
  const cursor = server.cursors.get(id);
  const batchSize = countArgument(body, 'batchSize') || Infinity;
  try {
    const { documents, done } = await cursor.next(batchSize);
    if (done) await server.cursors.remove(id);
    return cursorReply('nextBatch', documents, done ? 0n : id, cursor.namespace);
  } catch (error) {
    await server.cursors.remove(id);
    throw error;
  }
}

async function killCursors({ body }: Invocation, server: Server): Promise<Reply> {
  const ids = Array.isArray(body.cursors) ? body.cursors : [];
  const killed: unknown[] = [];
  const notFound: unknown[] = [];
  for (const id of ids) ((await server.cursors.remove(cursorId(id))) ? killed : notFound).push(id);
  return { cursorsKilled: killed, cursorsNotFound: notFound, cursorsAlive: [], cursorsUnknown: [] };
}

function cursorId(value: unknown): bigint {
  if (value instanceof Long) return value.toBigInt();
  throw new CommandFailure(14, 'A cursor id must be a long');
}

async function count(invocation: Invocation, server: Server): Promise<Reply> {
  const { body, database, scope } = invocation;
  refuseCollation(body);
  const filter = docArgument(body, 'query');
  const collection = server.catalog.find(database, collectionName(invocation));
  if (!collection) return { n: 0 };
  const total = await new Query(server.environment, collection, filter, scope).count();
  const skipped = Math.max(0, total - (countArgument(body, 'skip') ?? 0));
  return { n: Math.min(skipped, countArgument(body, 'limit') || Infinity) };
}

async function distinct(invocation: Invocation, server: Server): Promise<Reply> {
  const { body, database, scope } = invocation;
  refuseCollation(body);
  const { key } = body;
  if (typeof key !== 'string') throw new CommandFailure(14, 'The key of distinct must be a string');
  const collection = server.catalog.find(database, collectionName(invocation));
  if (!collection) return { values: [] };
  const found = new ValueSet();
  const parts = key.split('.');
  const query = new Query(server.environment, collection, docArgument(body, 'query'), scope);
  for await (const batch of query.batches()) {
    for (const { doc } of batch) for (const value of valuesAt(doc, parts)) found.add(value);
  }
  return { values: found.values };
}
