import { clone } from '../bson/codec.js';
import { compareValues, equalValues } from '../bson/compare.js';
import { nearestDouble } from '../bson/number-key.js';
import { type Doc, isDoc, isNumeric, typeName } from '../bson/values.js';
import { CommandFailure } from '../failure.js';
import { compileElementCondition } from '../query/matcher.js';
import { compareSortKeys, parseSort, sortKey } from '../query/sort.js';
import type { UpdateOperator } from './update-operator.js';
import { read, type Target, write } from './targets.js';

export const arrayOperators: Readonly<Record<string, UpdateOperator>> = {
  $push: { creates: true, apply: push },
  $addToSet: {
    creates: true,
    apply: (target, operand) => {
      const { items } = modifiers('$addToSet', operand, ['$each']);
      const array = [...arrayAt('$addToSet', target)];
      for (const item of items) if (!array.some((other) => equalValues(other, item))) array.push(clone(item));
      write(target, array);
    },
  },
  $pop: {
    creates: false,
    apply: (target, operand) => {
      const end = isNumeric(operand) ? nearestDouble(operand) : 0;
      if (end !== 1 && end !== -1) throw new CommandFailure(9, '$pop expects 1 or -1');
      if (read(target) === undefined) return;
      const array = arrayAt('$pop', target);
      write(target, end === 1 ? array.slice(0, -1) : array.slice(1));
    },
  },
  $pull: {
    creates: false,
    apply: (target, operand, { now }) => {
      if (read(target) === undefined) return;
      const matches = compileElementCondition(operand, { now });
      write(
        target,
        arrayAt('$pull', target).filter((item) => !matches(item)),
      );
    },
  },
  $pullAll: {
    creates: false,
    apply: (target, operand) => {
      if (!Array.isArray(operand)) throw new CommandFailure(2, '$pullAll requires an array argument');
      if (read(target) === undefined) return;
      write(
        target,
        arrayAt('$pullAll', target).filter((item) => !operand.some((other) => equalValues(item, other))),
      );
    },
  },
};

/** `$each` first, then `$sort`, then `$slice`, as in MongoDB. */
function push(target: Target, operand: unknown): void {
  const { items, spec } = modifiers('$push', operand, ['$each', '$position', '$slice', '$sort']);
  const array = [...arrayAt('$push', target)];
  const position = integerModifier('$position', spec.$position);
  const at = position === undefined ? array.length : position < 0 ? Math.max(0, array.length + position) : position;
  array.splice(at, 0, ...items.map((item) => clone(item)));
  if (spec.$sort !== undefined) sortElements(array, spec.$sort);
  const slice = integerModifier('$slice', spec.$slice);
  write(target, slice === undefined ? array : slice < 0 ? array.slice(slice) : array.slice(0, slice));
}

function modifiers(operator: string, operand: unknown, known: readonly string[]): { items: unknown[]; spec: Doc } {
  if (!isDoc(operand) || !('$each' in operand)) return { items: [operand], spec: {} };
  const unknown = Object.keys(operand).find((name) => !known.includes(name));
  if (unknown !== undefined) throw new CommandFailure(2, `Unrecognized clause in ${operator}: ${unknown}`);
  if (!Array.isArray(operand.$each)) {
    throw new CommandFailure(
      14,
      `The argument to $each in ${operator} must be an array but it was of type ${typeName(operand.$each)}`,
    );
  }
  return { items: operand.$each, spec: operand };
}

function integerModifier(name: string, value: unknown): number | undefined {
  if (value === undefined) return undefined;
  const number = isNumeric(value) ? nearestDouble(value) : NaN;
  if (!Number.isInteger(number)) throw new CommandFailure(2, `The value for ${name} must be an integer value`);
  return number;
}

function sortElements(array: unknown[], spec: unknown): void {
  if (!isDoc(spec)) {
    const direction = parseSort({ element: spec })[0]?.direction ?? 1;
    array.sort((a, b) => compareValues(a, b) * direction);
    return;
  }
  const fields = parseSort(spec);
  const keyOf = (item: unknown): unknown[] => (isDoc(item) ? sortKey(item, fields) : fields.map(() => null));
  const keyed = array.map((item) => ({ item, key: keyOf(item) }));
  keyed.sort((a, b) => compareSortKeys(a.key, b.key, fields));
  array.splice(0, array.length, ...keyed.map(({ item }) => item));
}

function arrayAt(operator: string, target: Target): unknown[] {
  const value = read(target);
  if (value === undefined && operator !== '$pop') return [];
  if (Array.isArray(value)) return value;
  if (operator === '$push' || operator === '$addToSet') {
    throw new CommandFailure(2, `The field '${target.path}' must be an array but is of type ${typeName(value)}`);
  }
  if (operator === '$pop') {
    throw new CommandFailure(14, `Path '${target.path}' contains an element of non-array type '${typeName(value)}'`);
  }
  throw new CommandFailure(2, `Cannot apply ${operator} to a non-array value`);
}
