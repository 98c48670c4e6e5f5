import { type Doc, isDoc, setField } from '../bson/values.js';
import { compileExpression } from '../expression/compile.js';
import type { Frame } from '../expression/frame.js';
import { CommandFailure } from '../failure.js';
import type { QueryScope } from '../query/matcher.js';
import { ValueMap } from '../query/value-set.js';
import { type Accumulator, accumulatorFactory } from './accumulators.js';
import type { Stage } from './stage.js';

/** `$group`: one document for each value of the `_id` expression. @throws CommandFailure */
export function group(spec: Doc, { now, variables = {} }: QueryScope): Stage {
  if (!('_id' in spec)) throw new CommandFailure(9, 'a group specification must include an _id');
  const names = Object.keys(variables);
  const keyOf = compileExpression(spec._id, names);
  const fields = Object.entries(spec)
    .filter(([name]) => name !== '_id')
    .map(([name, accumulator]) => {
      const entries = isDoc(accumulator) ? Object.entries(accumulator) : [];
      const [entry] = entries;
      if (!entry || entries.length !== 1)
        throw new CommandFailure(9, `The field '${name}' must specify one accumulator`);
      if (name.includes('.')) throw new CommandFailure(9, `The field name '${name}' cannot contain '.'`);
      return { name, make: accumulatorFactory(entry[0]), evaluate: compileExpression(entry[1], names) };
    });
  return async function* (input) {
    const groups = new ValueMap<Accumulator[]>();
    for await (const batch of input) {
      for (const doc of batch) {
        const frame: Frame = { root: doc, current: doc, now, variables };
        const accumulators = groups.getOrAdd(keyOf(frame) ?? null, () => fields.map(({ make }) => make()));
        fields.forEach(({ evaluate }, at) => accumulators[at]?.add(evaluate(frame)));
      }
    }
    yield groups.entries.map(({ key, item }) => {
      const result: Doc = { _id: key };
      fields.forEach(({ name }, at) => setField(result, name, item[at]?.result()));
      return result;
    });
  };
}
