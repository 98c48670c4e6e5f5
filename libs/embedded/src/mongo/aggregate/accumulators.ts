import { Int32 } from 'bson';
import { add, divide, numeric } from '../bson/arithmetic.js';
import { compareValues } from '../bson/compare.js';
import { type Doc, isDoc, isNumeric, type Numeric, setField } from '../bson/values.js';
import { CommandFailure } from '../failure.js';
import { isNullish } from '../expression/operands.js';
import { ValueSet } from '../query/value-set.js';

/** Gathers one value per document of a group. */
export interface Accumulator {
  add(value: unknown): void;
  result(): unknown;
}

const factories: Readonly<Record<string, () => Accumulator>> = {
  $sum: () => {
    let total: Numeric = new Int32(0);
    return {
      add: (value) => {
        if (isNumeric(value)) total = add(total, value);
      },
      result: () => total,
    };
  },
  $avg: () => {
    let total: Numeric = new Int32(0);
    let count = 0;
    return {
      add: (value) => {
        if (!isNumeric(value)) return;
        total = add(total, value);
        count += 1;
      },
      result: () => (count === 0 ? null : divide(total, numeric(count))),
    };
  },
  $count: () => {
    let count = 0;
    return { add: () => void (count += 1), result: () => numeric(count) };
  },
  $min: () => extreme(-1),
  $max: () => extreme(1),
  $first: () => {
    let first: { value: unknown } | undefined;
    return { add: (value) => void (first ??= { value }), result: () => first?.value ?? null };
  },
  $last: () => {
    let last: unknown;
    return { add: (value) => void (last = value), result: () => last ?? null };
  },
  $push: () => {
    const values: unknown[] = [];
    return {
      add: (value) => {
        if (value !== undefined) values.push(value);
      },
      result: () => values,
    };
  },
  $addToSet: () => {
    const set = new ValueSet();
    return {
      add: (value) => {
        if (value !== undefined) set.add(value);
      },
      result: () => set.values,
    };
  },
  $mergeObjects: () => {
    const merged: Doc = {};
    return {
      add: (value) => {
        if (isNullish(value)) return;
        if (!isDoc(value)) throw new CommandFailure(14, '$mergeObjects requires object inputs');
        for (const [name, field] of Object.entries(value)) setField(merged, name, field);
      },
      result: () => merged,
    };
  },
};

function extreme(sign: 1 | -1): Accumulator {
  let best: unknown;
  return {
    add: (value) => {
      if (!isNullish(value) && (best === undefined || compareValues(value, best) * sign > 0)) best = value;
    },
    result: () => best ?? null,
  };
}

/** @throws CommandFailure for accumulators that are not implemented. */
export function accumulatorFactory(name: string): () => Accumulator {
  const factory = Object.hasOwn(factories, name) ? factories[name] : undefined;
  if (!factory) throw new CommandFailure(168, `unknown group operator '${name}'`);
  return factory;
}
