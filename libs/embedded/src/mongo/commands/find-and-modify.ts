import { type Doc } from '../bson/values.js';
import { CommandFailure } from '../failure.js';
import { compileProjection } from '../query/projection.js';
import { Query } from '../query/query.js';
import { parseSort } from '../query/sort.js';
import { compileUpdate, isReplacement } from '../update/compile.js';
import { collectionName, docArgument, flag, refuseCollation } from './arguments.js';
import type { Commands, Invocation, Reply, Server } from './command.js';
import { change, scopeOf, upsert } from './update.js';

export const findAndModifyCommands: Commands = { findAndModify, findandmodify: findAndModify };

/** Finds, changes and returns one document in one transaction. */
function findAndModify(invocation: Invocation, server: Server): Promise<Reply> {
  const { body, database } = invocation;
  refuseCollation(body);
  const name = collectionName(invocation);
  const scope = scopeOf(invocation);
  const filter = docArgument(body, 'query');
  const sort = parseSort(body.sort);
  const fields = docArgument(body, 'fields');
  const projection = Object.keys(fields).length > 0 ? compileProjection(fields, scope) : undefined;
  const shown = (doc: Doc | undefined): Doc | null => (doc ? (projection?.(doc, scope) ?? doc) : null);
  const removes = flag(body, 'remove');
  const returnsNew = flag(body, 'new');
  if (removes === (body.update !== undefined)) {
    throw new CommandFailure(9, 'Either an update or remove=true must be specified, not both');
  }
  if (removes && (returnsNew || flag(body, 'upsert'))) {
    throw new CommandFailure(9, "Cannot specify both 'new' or 'upsert' and 'remove'");
  }
  const update = removes ? undefined : compileUpdate(body.update, body.arrayFilters, scope);
  const replaces = isReplacement(body.update);

  return server.environment.write((): Doc => {
    const collection = server.catalog.find(database, name);
    const found = collection && new Query(server.environment, collection, filter, scope, sort).first();
    if (collection && found) {
      const before = found.doc;
      if (!update) {
        collection.remove(found);
        return { lastErrorObject: { n: 1 }, value: shown(before) };
      }
      const after = change(collection, found, update).doc;
      return { lastErrorObject: { n: 1, updatedExisting: true }, value: shown(returnsNew ? after : before) };
    }
    if (update && flag(body, 'upsert')) {
      const { doc } = upsert(server, database, name, { filter, change: update, replaces });
      return {
        lastErrorObject: { n: 1, updatedExisting: false, upserted: doc._id },
        value: shown(returnsNew ? doc : undefined),
      };
    }
    const lastErrorObject = update ? { n: 0, updatedExisting: false } : { n: 0 };
    return { lastErrorObject, value: null };
  }, invocation.durability);
}
