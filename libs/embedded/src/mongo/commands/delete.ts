import { nearestDouble } from '../bson/number-key.js';
import { isNumeric } from '../bson/values.js';
import { compileFilter } from '../query/matcher.js';
import { Query } from '../query/query.js';
import { collectionName, docArgument, flag, refuseCollation, statements } from './arguments.js';
import type { Commands, Invocation, Reply, Server } from './command.js';
import { forEachMatch, scopeOf } from './update.js';
import { withErrors, type WriteError, writeError } from './write-result.js';

export const deleteCommands: Commands = { delete: remove };

async function remove(invocation: Invocation, server: Server): Promise<Reply> {
  const { body, database } = invocation;
  const name = collectionName(invocation);
  const ordered = flag(body, 'ordered', true);
  const scope = scopeOf(invocation);
  const errors: WriteError[] = [];
  let removed = 0;
  for (const [at, statement] of statements(invocation, 'deletes').entries()) {
    try {
      refuseCollation(statement);
      const filter = docArgument(statement, 'q');
      const one = isNumeric(statement.limit) && nearestDouble(statement.limit) === 1;
      const collection = server.catalog.find(database, name);
      if (!collection) {
        compileFilter(filter, scope);
      } else if (one) {
        removed += await server.environment.write(() => {
          const found = new Query(server.environment, collection, filter, scope).first();
          if (found) collection.remove(found);
          return found ? 1 : 0;
        });
      } else {
        await forEachMatch(server, collection, filter, scope, (found) => {
          collection.remove(found);
          removed += 1;
        });
      }
    } catch (error) {
      errors.push(writeError(at, error));
      if (ordered) break;
    }
  }
  return withErrors({ n: removed }, errors);
}
