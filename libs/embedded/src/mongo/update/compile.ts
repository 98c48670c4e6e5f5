import { ObjectId } from 'bson';
import { clone } from '../bson/codec.js';
import { equalValues } from '../bson/compare.js';
import { type Doc, hasField, isDoc, setField } from '../bson/values.js';
import { compileDocumentStage } from '../aggregate/document-stages.js';
import { CommandFailure } from '../failure.js';
import { compileFilter, type QueryScope } from '../query/matcher.js';
import { constraintsOf } from '../query/predicates.js';
import { updateOperators } from './operators.js';
import type { UpdateScope } from './update-operator.js';
import { type ArrayFilters, read, targetsOf, write } from './targets.js';

/** Makes the new version of a document; the given one is left as it is. */
export type Update = (doc: Doc, inserting?: boolean) => Doc;

/**
 * Compiles what `update` and `findAndModify` were given: operators, a pipeline, or a replacement.
 * @throws CommandFailure for unknown operators and conflicting paths; the result throws when a document cannot take it.
 */
export function compileUpdate(update: unknown, arrayFilters: unknown, scope: QueryScope): Update {
  if (Array.isArray(update)) return guarded(pipelineUpdate(update, scope));
  if (!isDoc(update)) throw new CommandFailure(9, 'Update argument must be either an object or an array');
  const first = Object.keys(update)[0];
  if (first?.startsWith('$')) return guarded(operatorUpdate(update, compileArrayFilters(arrayFilters, scope), scope));
  return guarded(replacement(update));
}

export function isReplacement(update: unknown): boolean {
  return isDoc(update) && !Object.keys(update)[0]?.startsWith('$');
}

/** The `_id` of a document never changes and comes first. */
function guarded(update: Update): Update {
  return (doc, inserting) => {
    const result = update(doc, inserting);
    if (!hasField(doc, '_id')) return result;
    if (!hasField(result, '_id') || !equalValues(result._id, doc._id)) {
      throw new CommandFailure(66, "Performing an update on the path '_id' would modify the immutable field '_id'");
    }
    return result;
  };
}

function replacement(update: Doc): Update {
  const dollar = Object.keys(update).find((name) => name.startsWith('$'));
  if (dollar) throw new CommandFailure(52, `The dollar ($) prefixed field '${dollar}' is not allowed in a replacement`);
  return (doc) => (hasField(doc, '_id') && !hasField(update, '_id') ? { _id: doc._id, ...update } : { ...update });
}

function pipelineUpdate(stages: readonly unknown[], scope: QueryScope): Update {
  const steps = stages.map((stage) => compileDocumentStage(stage, scope));
  if (steps.some((step) => !step)) {
    throw new CommandFailure(
      72,
      'An update pipeline may only hold $set, $addFields, $unset, $project, $replaceRoot and $replaceWith',
    );
  }
  return (doc) => {
    let result = doc;
    for (const step of steps) if (step) result = step(result);
    return hasField(doc, '_id') && !hasField(result, '_id') ? { _id: doc._id, ...result } : result;
  };
}

function operatorUpdate(update: Doc, filters: ArrayFilters, { now }: QueryScope): Update {
  const changes = Object.entries(update).map(([operator, fields]) => {
    if (operator !== '$rename' && !Object.hasOwn(updateOperators, operator)) {
      throw new CommandFailure(
        9,
        `Unknown modifier: ${operator}. Expected a valid update modifier or pipeline-style update`,
      );
    }
    if (!isDoc(fields))
      throw new CommandFailure(9, `Modifiers operate on fields but we found another type for ${operator}`);
    return { operator, fields: Object.entries(fields) };
  });
  checkConflicts(
    changes.flatMap(({ operator, fields }) =>
      fields.flatMap(([path, operand]) => (operator === '$rename' ? [path, String(operand as string)] : [path])),
    ),
  );
  return (doc, inserting = false) => {
    const result = clone(doc);
    const scope: UpdateScope = { now, inserting, id: doc._id };
    for (const { operator, fields } of changes) {
      if (operator === '$setOnInsert' && !inserting) continue;
      for (const [path, operand] of fields) applyTo(result, operator, path, operand, filters, scope);
    }
    return result;
  };
}

function applyTo(
  doc: Doc,
  name: string,
  path: string,
  operand: unknown,
  filters: ArrayFilters,
  scope: UpdateScope,
): void {
  if (name === '$rename') return rename(doc, path, operand);
  const operator = updateOperators[name];
  if (!operator) return;
  for (const target of targetsOf(doc, path, filters, operator.creates)) operator.apply(target, operand, scope);
}

const noFilters: ArrayFilters = new Map();

function rename(doc: Doc, from: string, to: unknown): void {
  if (typeof to !== 'string') throw new CommandFailure(2, `The 'to' field for $rename must be a string: ${from}`);
  const [source] = targetsOf(doc, from, noFilters, false);
  const value = source && read(source);
  if (!source || value === undefined) return;
  if (Array.isArray(source.container))
    throw new CommandFailure(2, `The source field of $rename cannot be an array element: ${from}`);
  delete source.container[source.key];
  for (const target of targetsOf(doc, to, noFilters, true)) write(target, value);
}

/** No two changes may touch the same field or one inside of the other. */
function checkConflicts(paths: readonly string[]): void {
  const sorted = [...paths].sort();
  const seen = new Set<string>();
  for (const path of sorted) {
    const parts = path.split('.');
    for (let length = 1; length <= parts.length; length++) {
      const prefix = parts.slice(0, length).join('.');
      if (seen.has(prefix))
        throw new CommandFailure(40, `Updating the path '${path}' would create a conflict at '${prefix}'`);
    }
    seen.add(path);
  }
}

function compileArrayFilters(arrayFilters: unknown, scope: QueryScope): ArrayFilters {
  if (!Array.isArray(arrayFilters)) return noFilters;
  return new Map(
    arrayFilters.map((filter: unknown) => {
      const first = isDoc(filter) ? Object.keys(filter)[0] : undefined;
      const identifier = first?.split('.')[0];
      if (!isDoc(filter) || identifier === undefined || identifier.startsWith('$')) {
        throw new CommandFailure(9, 'Each array filter must be an object whose fields begin with one identifier');
      }
      const matches = compileFilter(filter, scope);
      return [identifier, (element: unknown): boolean => matches({ [identifier]: element })] as const;
    }),
  );
}

/** The document that an upsert inserts: the filter's equalities, then the update; it gets an `_id` if it has none. */
export function upsertDocument(filter: Doc, update: Update, replaces: boolean): Doc {
  const base: Doc = {};
  for (const [path, { equals }] of constraintsOf(filter).paths) {
    if (equals?.length !== 1 || (replaces && path !== '_id')) continue;
    for (const target of targetsOf(base, path, noFilters, true)) write(target, clone(equals[0]));
  }
  const { _id = new ObjectId(), ...rest } = update(base, true);
  const doc: Doc = { _id };
  for (const [name, value] of Object.entries(rest)) setField(doc, name, value);
  return doc;
}
