import { encodeStored } from '../bson/codec.js';
import { type Doc, isDoc } from '../bson/values.js';
import { CommandFailure, NotSupported } from '../failure.js';
import { type QueryScope } from '../query/matcher.js';
import { Query } from '../query/query.js';
import { parseSort, type SortField } from '../query/sort.js';
import type { Collection, StoredDocument } from '../storage/collection.js';
import { compileUpdate, isReplacement, type Update, upsertDocument } from '../update/compile.js';
import { collectionName, docArgument, flag, refuseCollation, statements } from './arguments.js';
import type { Commands, Invocation, Reply, Server } from './command.js';
import { checkId } from './insert.js';
import { withErrors, type WriteError, writeError } from './write-result.js';

/** Documents changed in one write transaction. */
const chunkSize = 200;

export const updateCommands: Commands = { update };

interface Statement {
  readonly filter: Doc;
  readonly change: Update;
  readonly replaces: boolean;
  readonly upsert: boolean;
  readonly multi: boolean;
  readonly sort: readonly SortField[];
}

interface Outcome {
  readonly matched: number;
  readonly modified: number;
  readonly upserted?: { readonly id: unknown };
}

async function update(invocation: Invocation, server: Server): Promise<Reply> {
  const { body } = invocation;
  const ordered = flag(body, 'ordered', true);
  const scope = scopeOf(invocation);
  const errors: WriteError[] = [];
  const upserted: Doc[] = [];
  let matched = 0;
  let modified = 0;
  const note = (index: number, outcome: Outcome): void => {
    matched += outcome.matched + (outcome.upserted ? 1 : 0);
    modified += outcome.modified;
    if (outcome.upserted) upserted.push({ index, _id: outcome.upserted.id });
  };
  const list = statements(invocation, 'updates');
  for (let start = 0; start < list.length;) {
    const end = endOfRun(list, start);
    const first = list[start] as Doc;
    try {
      if (flag(first, 'multi')) note(start, await updateMany(invocation, server, parse(first, scope), scope));
      else {
        await server.environment.write(() => {
          for (let at = start; at < end; at++) {
            try {
              note(at, updateOne(invocation, server, parse(list[at] as Doc, scope), scope));
            } catch (error) {
              errors.push(writeError(at, error));
              if (ordered) break;
            }
          }
        }, invocation.durability);
      }
    } catch (error) {
      errors.push(writeError(start, error));
    }
    if (ordered && errors.length > 0) break;
    start = end;
  }
  return withErrors({ n: matched, nModified: modified, ...(upserted.length > 0 ? { upserted } : {}) }, errors);
}

/** Statements for single documents that follow each other share a transaction. */
function endOfRun(list: readonly Doc[], start: number): number {
  let end = start + 1;
  if (flag(list[start] as Doc, 'multi')) return end;
  while (end < list.length && end - start < chunkSize && !flag(list[end] as Doc, 'multi')) end += 1;
  return end;
}

/** `let` variables are constants. */
export function scopeOf({ body, scope }: Invocation): QueryScope {
  return isDoc(body.let) ? { ...scope, variables: body.let } : scope;
}

function parse(statement: Doc, scope: QueryScope): Statement {
  refuseCollation(statement);
  if (statement.c !== undefined) throw new NotSupported('constants in an update statement');
  const multi = flag(statement, 'multi');
  const replaces = isReplacement(statement.u);
  if (multi && replaces) throw new CommandFailure(9, 'multi update is not supported for replacement-style update');
  return {
    filter: docArgument(statement, 'q'),
    change: compileUpdate(statement.u, statement.arrayFilters, scope),
    replaces,
    upsert: flag(statement, 'upsert'),
    multi,
    sort: parseSort(statement.sort),
  };
}

function updateOne(invocation: Invocation, server: Server, statement: Statement, scope: QueryScope): Outcome {
  const { database } = invocation;
  const name = collectionName(invocation);
  const collection = server.catalog.find(database, name);
  const found =
    collection && new Query(server.environment, collection, statement.filter, scope, statement.sort).first();
  if (collection && found)
    return { matched: 1, modified: change(collection, found, statement.change) === found ? 0 : 1 };
  if (!statement.upsert) return { matched: 0, modified: 0 };
  const inserted = upsert(server, database, name, statement);
  return { matched: 0, modified: 0, upserted: { id: inserted.doc._id } };
}

/** @returns the same object when the update changes nothing. */
export function change(collection: Collection, found: StoredDocument, update: Update): StoredDocument {
  const next = update(found.doc);
  const bytes = encodeStored(next);
  return Buffer.compare(bytes, found.bytes) === 0 ? found : collection.replace(found, bytes, next);
}

export function upsert(
  server: Server,
  database: string,
  name: string,
  { filter, change: update, replaces }: Pick<Statement, 'filter' | 'change' | 'replaces'>,
): { bytes: Uint8Array; doc: Doc } {
  const doc = upsertDocument(filter, update, replaces);
  checkId(doc._id);
  const document = { bytes: encodeStored(doc), doc };
  server.catalog.ensure(database, name).insert(document);
  return document;
}

/** Finds first, then changes in several transactions; each document is checked again just before its change. */
async function updateMany(
  invocation: Invocation,
  server: Server,
  statement: Statement,
  scope: QueryScope,
): Promise<Outcome> {
  const { database } = invocation;
  const name = collectionName(invocation);
  const collection = server.catalog.find(database, name);
  let matched = 0;
  let modified = 0;
  if (collection) {
    await forEachMatch(server, collection, statement.filter, scope, (found) => {
      matched += 1;
      if (change(collection, found, statement.change) !== found) modified += 1;
    });
  }
  if (matched > 0 || !statement.upsert) return { matched, modified };
  return server.environment.write(() => updateOne(invocation, server, statement, scope), invocation.durability);
}

/** Calls `act` in write transactions, for a bounded number of documents in each. */
export async function forEachMatch(
  server: Server,
  collection: Collection,
  filter: Doc,
  scope: QueryScope,
  act: (found: StoredDocument) => void,
): Promise<void> {
  const query = new Query(server.environment, collection, filter, scope);
  const records: number[] = [];
  for await (const batch of query.batches()) for (const { record } of batch) records.push(record);
  for (let start = 0; start < records.length; start += chunkSize) {
    const chunk = records.slice(start, start + chunkSize);
    await server.environment.write(() => {
      for (const record of chunk) {
        const found = collection.get(record);
        if (found && query.test(found)) act(found);
      }
    });
  }
}
