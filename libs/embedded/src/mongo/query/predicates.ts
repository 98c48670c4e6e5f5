import { isDoc, isRegex, Rank, rankOf } from '../bson/values.js';
import type { Doc } from '../bson/values.js';
import { isNaNValue, isOperatorDoc } from './matcher.js';

/** One bound of a range. */
export interface Bound {
  readonly value: unknown;
  readonly inclusive: boolean;
}

/** What a filter demands of one path, as far as indexes can use it; all of it must hold. */
export interface PathConstraint {
  /** Equality with a value, or with one of several (`$in`). */
  equals?: readonly unknown[];
  lower?: Bound;
  upper?: Bound;
  /** No document without a value at the path matches. */
  present: boolean;
  /** `equals` or the bounds say all that the filter says about the path. */
  complete: boolean;
}

/** The conjunctive part of a filter, by path. */
export interface Constraints {
  readonly paths: ReadonlyMap<string, PathConstraint>;
  /** False when the filter has parts, such as `$or`, that are not in `paths`. */
  readonly complete: boolean;
}

/** Finds what an index scan can be bounded by. The rest of the filter is left to the matcher. */
export function constraintsOf(filter: Doc): Constraints {
  const paths = new Map<string, PathConstraint>();
  const complete = gather(filter, paths);
  return { paths, complete };
}

function gather(filter: Doc, paths: Map<string, PathConstraint>): boolean {
  let complete = true;
  for (const [name, condition] of Object.entries(filter)) {
    if (name === '$and' && Array.isArray(condition)) {
      for (const branch of condition) complete = isDoc(branch) && gather(branch, paths) && complete;
    } else if (name.startsWith('$')) {
      complete = complete && name === '$comment';
    } else {
      const constraint = paths.get(name) ?? { present: false, complete: true };
      paths.set(name, constraint);
      if (isOperatorDoc(condition)) {
        for (const [operator, operand] of Object.entries(condition)) restrict(constraint, operator, operand);
      } else {
        restrict(constraint, '$eq', condition);
      }
    }
  }
  return complete;
}

function restrict(constraint: PathConstraint, operator: string, operand: unknown): void {
  switch (operator) {
    case '$eq':
      return equality(constraint, [operand]);
    case '$in':
      if (Array.isArray(operand)) return equality(constraint, operand);
      break;
    case '$gt':
    case '$gte':
      if (bounding(operand) && !constraint.lower) {
        constraint.lower = { value: operand, inclusive: operator === '$gte' };
        constraint.present = true;
        return;
      }
      break;
    case '$lt':
    case '$lte':
      if (bounding(operand) && !constraint.upper) {
        constraint.upper = { value: operand, inclusive: operator === '$lte' };
        constraint.present = true;
        return;
      }
      break;
    case '$exists':
      if (operand === true) constraint.present = true;
      break;
  }
  constraint.complete = false;
}

function equality(constraint: PathConstraint, values: readonly unknown[]): void {
  // An array equals as a whole or as an element, a regex is a pattern: no range of keys stands for them.
  if (constraint.equals || values.some((value) => Array.isArray(value) || isRegex(value) || value === undefined)) {
    constraint.complete = false;
    return;
  }
  constraint.equals = values;
  if (values.includes(null)) constraint.complete = false;
  else constraint.present = true;
}

/** Values that all documents of a range of keys, and no others, compare with. */
function bounding(operand: unknown): boolean {
  const rank = rankOf(operand);
  return (
    rank !== Rank.minKey &&
    rank !== Rank.maxKey &&
    rank !== Rank.null &&
    rank !== Rank.undefined &&
    rank !== Rank.array &&
    rank !== Rank.regex &&
    !isNaNValue(operand)
  );
}
