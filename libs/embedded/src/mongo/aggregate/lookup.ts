import { type Doc, isDoc, setField } from '../bson/values.js';
import { compileExpression, valueAtPath } from '../expression/compile.js';
import { CommandFailure } from '../failure.js';
import { collect, type Stage, type StageScope } from './stage.js';

/** `$lookup` by equal fields, by a pipeline with variables, or by both. @throws CommandFailure */
export function lookup(spec: Doc, scope: StageScope): Stage {
  const { from, localField, foreignField, as, pipeline = [], let: bindings = {} } = spec;
  if (typeof from !== 'string' || typeof as !== 'string' || !Array.isArray(pipeline) || !isDoc(bindings)) {
    throw new CommandFailure(9, '$lookup needs from, as, and fields or a pipeline');
  }
  const byField = typeof localField === 'string' && typeof foreignField === 'string';
  if (!byField && spec.pipeline === undefined)
    throw new CommandFailure(9, '$lookup requires localField and foreignField');
  const outer = Object.keys(scope.variables ?? {});
  const variables = Object.entries(bindings).map(([name, value]) => [name, compileExpression(value, outer)] as const);
  const stages: readonly unknown[] = pipeline;

  const joined = async (doc: Doc): Promise<Doc> => {
    const frame = { root: doc, current: doc, now: scope.now, variables: scope.variables ?? {} };
    const values = Object.fromEntries(variables.map(([name, evaluate]) => [name, evaluate(frame) ?? null]));
    const inner: StageScope = { ...scope, variables: { ...scope.variables, ...values } };
    const filter = byField ? { [foreignField]: condition(valueAtPath(doc, localField.split('.'))) } : {};
    const found = await collect(scope.run(from, filter, stages, inner));
    const result = { ...doc };
    setField(result, as, found);
    return result;
  };
  return async function* (input) {
    for await (const batch of input) {
      for (const doc of batch) yield [await joined(doc)];
    }
  };
}

/** A missing local field joins with missing and null ones, an array with each of its elements. */
function condition(value: unknown): Doc {
  return Array.isArray(value) ? { $in: value } : { $eq: value ?? null };
}
