import { numeric } from '../bson/arithmetic.js';
import { compareValues, equalValues } from '../bson/compare.js';
import { nearestDouble } from '../bson/number-key.js';
import { isDoc } from '../bson/values.js';
import { CommandFailure } from '../failure.js';
import { ValueSet } from '../query/value-set.js';
import { compareSortKeys, parseSort, sortKey } from '../query/sort.js';
import { type Compile, type Evaluate, type Operators, withVariables } from './frame.js';
import { arrayOf, asDoc, isNullish, namedArguments, numberOf, operator, variadic } from './operands.js';
import { truthy } from './truth.js';

/** Operators on arrays and sets. null and missing arrays yield null, as in MongoDB. */
export const arrayOperators: Operators = {
  $size: operator(1, (value) => numeric(arrayOf('$size', value).length)),
  $isArray: operator(1, (value) => Array.isArray(value)),
  $arrayElemAt: operator(2, (value, index) => {
    if (isNullish(value) || isNullish(index)) return null;
    return arrayOf('$arrayElemAt', value).at(whole('$arrayElemAt', index));
  }),
  $first: operator(1, (value) => (isNullish(value) ? null : arrayOf('$first', value)[0])),
  $last: operator(1, (value) => (isNullish(value) ? null : arrayOf('$last', value).at(-1))),
  $concatArrays: variadic((values) =>
    values.some(isNullish) ? null : values.flatMap((value) => arrayOf('$concatArrays', value)),
  ),
  $in: operator(2, (value, array) => arrayOf('$in', array).some((item) => equalValues(item, value))),
  $indexOfArray: operator(2, (array, value) =>
    isNullish(array) ? null : numeric(arrayOf('$indexOfArray', array).findIndex((item) => equalValues(item, value))),
  ),
  $reverseArray: operator(1, (value) => (isNullish(value) ? null : [...arrayOf('$reverseArray', value)].reverse())),
  $slice: operator([2, 3], (value, first, count) => {
    if (isNullish(value)) return null;
    const array = arrayOf('$slice', value);
    const start = whole('$slice', first);
    if (count === undefined) return start < 0 ? array.slice(start) : array.slice(0, start);
    const from = start < 0 ? Math.max(0, array.length + start) : start;
    return array.slice(from, from + whole('$slice', count));
  }),
  $range: operator([2, 3], (start, end, step) => {
    const by = step === undefined ? 1 : whole('$range', step);
    const [from, to] = [whole('$range', start), whole('$range', end)];
    if (by === 0) throw new CommandFailure(2, '$range requires a non-zero step value');
    const count = Math.max(0, Math.ceil((to - from) / by));
    if (count > 1_000_000) throw new CommandFailure(2, '$range would make more than 1000000 numbers');
    return Array.from({ length: count }, (_, at) => numeric(from + at * by));
  }),
  $filter: (operand, compile, name) => {
    const { as = 'this' } = asDoc(name, operand);
    const { input, cond, limit } = elementArguments(name, operand, compile, 'cond', as, ['limit']);
    return (frame) => {
      const array = input?.(frame);
      if (isNullish(array)) return null;
      const kept = arrayOf(name, array).filter((item) =>
        truthy(cond?.(withVariables(frame, { [as as string]: item }))),
      );
      const most = limit?.(frame);
      return isNullish(most) ? kept : kept.slice(0, whole(name, most));
    };
  },
  $map: (operand, compile, name) => {
    const { as = 'this' } = asDoc(name, operand);
    const { input, in: body } = elementArguments(name, operand, compile, 'in', as);
    return (frame) => {
      const array = input?.(frame);
      if (isNullish(array)) return null;
      return arrayOf(name, array).map((item) => body?.(withVariables(frame, { [as as string]: item })) ?? null);
    };
  },
  $reduce: (operand, compile, name) => {
    const { input, initialValue, in: body } = asDoc(name, operand);
    const [array, initial] = [compile(input), compile(initialValue)];
    const step = compile(body, ['this', 'value']);
    return (frame) => {
      const items = array(frame);
      if (isNullish(items)) return null;
      return arrayOf(name, items).reduce(
        (value, item) => step(withVariables(frame, { this: item, value })),
        initial(frame),
      );
    };
  },
  $sortArray: (operand, compile, name) => {
    const { input, sortBy } = asDoc(name, operand);
    const array = compile(input);
    const fields = isDoc(sortBy) ? parseSort(sortBy) : undefined;
    const direction = fields ? 1 : (parseSort({ element: sortBy })[0]?.direction ?? 1);
    return (frame) => {
      const items = array(frame);
      if (isNullish(items)) return null;
      const keyOf = (item: unknown): unknown[] => sortKey(isDoc(item) ? item : {}, fields ?? []);
      return [...arrayOf(name, items)].sort((a, b) =>
        fields ? compareSortKeys(keyOf(a), keyOf(b), fields) : compareValues(a, b) * direction,
      );
    };
  },
  $setUnion: variadic((values) =>
    values.some(isNullish) ? null : setOf(values.flatMap((value) => arrayOf('$setUnion', value))),
  ),
  $setIntersection: variadic((values) => {
    if (values.some(isNullish)) return null;
    const [first = [], ...others] = values.map((value) => arrayOf('$setIntersection', value));
    return setOf(first.filter((item) => others.every((other) => contains(other, item))));
  }),
  $setDifference: operator(2, (a, b) => {
    if (isNullish(a) || isNullish(b)) return null;
    const other = arrayOf('$setDifference', b);
    return setOf(arrayOf('$setDifference', a).filter((item) => !contains(other, item)));
  }),
  $setIsSubset: operator(2, (a, b) => {
    const other = arrayOf('$setIsSubset', b);
    return arrayOf('$setIsSubset', a).every((item) => contains(other, item));
  }),
  $setEquals: variadic((values) => {
    const [first = [], ...others] = values.map((value) => arrayOf('$setEquals', value));
    return others.every(
      (other) => first.every((item) => contains(other, item)) && other.every((item) => contains(first, item)),
    );
  }),
  $anyElementTrue: operator(1, (value) => arrayOf('$anyElementTrue', value).some(truthy)),
  $allElementsTrue: operator(1, (value) => arrayOf('$allElementsTrue', value).every(truthy)),
};

function whole(name: string, value: unknown): number {
  const number = nearestDouble(numberOf(name, value));
  if (Number.isInteger(number)) return number;
  throw new CommandFailure(2, `${name} requires whole numbers`);
}

/** The arguments of operators that evaluate `body` for each element, bound to the variable `as`. */
function elementArguments(
  name: string,
  operand: unknown,
  compile: Compile,
  body: string,
  as: unknown,
  optional: readonly string[] = [],
): Record<string, Evaluate | undefined> {
  if (typeof as !== 'string') throw new CommandFailure(9, `${name}: 'as' must be a string`);
  const { [body]: expression, as: _as, ...rest } = asDoc(name, operand);
  if (expression === undefined) throw new CommandFailure(9, `Missing '${body}' parameter to ${name}`);
  return { ...namedArguments(name, rest, compile, ['input'], optional), [body]: compile(expression, [as]) };
}

function contains(array: readonly unknown[], wanted: unknown): boolean {
  return array.some((item) => equalValues(item, wanted));
}

function setOf(items: readonly unknown[]): unknown[] {
  const set = new ValueSet();
  for (const item of items) set.add(item);
  return set.values;
}
