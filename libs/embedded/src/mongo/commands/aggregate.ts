import { numeric } from '../bson/arithmetic.js';
import { encode } from '../bson/codec.js';
import { nearestDouble } from '../bson/number-key.js';
import { type Doc, isDoc, isNumeric } from '../bson/values.js';
import type { Documents, StageScope } from '../aggregate/stage.js';
import { compilePipeline } from '../aggregate/stages.js';
import { stageEntry } from '../aggregate/document-stages.js';
import { ServerCursor } from '../cursors.js';
import { CommandFailure } from '../failure.js';
import { type QueryScope } from '../query/matcher.js';
import { Query } from '../query/query.js';
import { parseSort } from '../query/sort.js';
import { collectionName, countArgument, docArgument, refuseCollation } from './arguments.js';
import type { Commands, Invocation, Reply, Server } from './command.js';
import { reply } from './find.js';
import { scopeOf } from './update.js';

export const aggregateCommands: Commands = { aggregate };

const defaultBatch = 101;

async function aggregate(invocation: Invocation, server: Server): Promise<Reply> {
  const { body, database } = invocation;
  refuseCollation(body);
  if (!isDoc(body.cursor)) throw new CommandFailure(9, "The 'cursor' option is required");
  const name = collectionName(invocation);
  if (!Array.isArray(body.pipeline)) throw new CommandFailure(14, 'A pipeline must be an array of objects');
  const scope = scopeOf(invocation);
  const stages: readonly unknown[] = body.pipeline;
  const source = countingPipeline(stages)
    ? counted(server, database, name, stages, scope)
    : pipelined(server, database, name, stages, scope);
  const cursor = new ServerCursor(`${database}.${name}`, encoded(source));
  return reply(server, cursor, countArgument(docArgument(body, 'cursor'), 'batchSize') ?? defaultBatch);
}

async function* encoded(documents: Documents): AsyncGenerator<Uint8Array[], void, undefined> {
  for await (const batch of documents) yield batch.map(encode);
}

/** Leading `$match` and `$sort` stages become a planned query, so that they use indexes. */
function pipelined(
  server: Server,
  database: string,
  name: string,
  stages: readonly unknown[],
  scope: QueryScope,
): Documents {
  let at = 0;
  const next = (wanted: string): unknown => {
    if (at >= stages.length) return undefined;
    const [stage, spec] = stageEntry(stages[at]);
    if (stage !== wanted) return undefined;
    at += 1;
    return spec;
  };
  const match = next('$match');
  const filter = isDoc(match) ? match : {};
  const sort = next('$sort');
  const limit = next('$limit');
  const stageScope: StageScope = {
    ...scope,
    run: (other, where, inner, innerScope) =>
      compilePipeline(inner, innerScope)(read(server, database, other, where, innerScope)),
  };
  const rest = limit === undefined ? stages.slice(at) : stages.slice(at - 1);
  const run = compilePipeline(rest, stageScope);
  const most = isNumeric(limit) ? nearestDouble(limit) : Infinity;
  return run(read(server, database, name, filter, scope, sort, most));
}

async function* read(
  server: Server,
  database: string,
  name: string,
  filter: Doc,
  scope: QueryScope,
  sort?: unknown,
  limit = Infinity,
): Documents {
  const collection = server.catalog.find(database, name);
  if (!collection) return;
  const query = new Query(server.environment, collection, filter, scope, parseSort(sort));
  for await (const batch of query.batches(limit)) yield batch.map((document) => document.doc);
}

/** The pipeline that drivers send for `countDocuments`: no document needs to be read for it if an index suffices. */
function countingPipeline(stages: readonly unknown[]): boolean {
  if (stages.length !== 2) return false;
  const [[match, filter], [group, spec]] = [stageEntry(stages[0]), stageEntry(stages[1])];
  if (match !== '$match' || group !== '$group' || !isDoc(filter) || !isDoc(spec)) return false;
  const { _id, n, ...others } = spec;
  const isOne = isDoc(n) && Object.keys(n).length === 1 && isNumeric(n.$sum) && nearestDouble(n.$sum) === 1;
  return isNumeric(_id) && isOne && Object.keys(others).length === 0;
}

async function* counted(
  server: Server,
  database: string,
  name: string,
  stages: readonly unknown[],
  scope: QueryScope,
): Documents {
  const filter = stageEntry(stages[0])[1] as Doc;
  const { _id } = stageEntry(stages[1])[1] as Doc;
  const collection = server.catalog.find(database, name);
  const n = collection ? await new Query(server.environment, collection, filter, scope).count() : 0;
  if (n > 0) yield [{ _id, n: numeric(n) }];
}
