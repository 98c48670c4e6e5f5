import { equalValues } from '../bson/compare.js';
import { KeyWriter } from '../bson/key-writer.js';
import { rankOf } from '../bson/values.js';
import { CommandFailure } from '../failure.js';
import type { IndexDefinition } from '../storage/index-definition.js';
import { type Bound, type Constraints, constraintsOf, type PathConstraint } from './predicates.js';
import type { SortField } from './sort.js';

/** Keys from `start` (inclusive) to `end` (exclusive). */
export interface KeyRange {
  readonly start: Buffer;
  readonly end: Buffer;
  /** `start` is a whole key of a unique index: there is one entry at most. */
  readonly single?: boolean;
}

/** How the documents of a query are found. */
export interface Plan {
  /** undefined: all records of the collection in order of insertion. */
  readonly index: IndexDefinition | undefined;
  readonly ranges: readonly KeyRange[];
  readonly reverse: boolean;
  /** The scan yields the documents in the order that was asked for. */
  readonly sorted: boolean;
  /** Every document that the scan finds matches the filter. */
  readonly exact: boolean;
}

/** More ranges than this are not worth their seeks. */
const maxRanges = 2000;
const writer = new KeyWriter();
const collectionScan: Plan = { index: undefined, ranges: [], reverse: false, sorted: false, exact: false };

/** Chooses the index with the longest equality prefix, then a range, then the order that is asked for. */
export function plan(
  indexes: readonly IndexDefinition[],
  filter: Record<string, unknown>,
  sort: readonly SortField[],
): Plan {
  const constraints = constraintsOf(filter);
  const [first] = sort;
  const natural = first?.path === '$natural';
  if (natural) return { ...collectionScan, sorted: true, reverse: first.direction < 0 };
  let best: Candidate | undefined;
  for (const index of indexes) {
    const candidate = evaluate(index, constraints, sort);
    if (candidate && (!best || candidate.score > best.score)) best = candidate;
  }
  const chosen = best && toPlan(best, constraints);
  if (chosen) return chosen;
  const empty = Object.keys(filter).length === 0;
  return { ...collectionScan, sorted: sort.length === 0, exact: empty };
}

interface Candidate {
  readonly index: IndexDefinition;
  readonly prefix: readonly PathConstraint[];
  readonly range: PathConstraint | undefined;
  readonly sorted: boolean;
  readonly reverse: boolean;
  readonly score: number;
}

function evaluate(index: IndexDefinition, { paths }: Constraints, sort: readonly SortField[]): Candidate | undefined {
  if (!covers(index, paths)) return undefined;
  const { fields, unique } = index.spec;
  const prefix: PathConstraint[] = [];
  let combinations = 1;
  const usable = fields.slice(0, independentFields(index));
  for (const field of usable) {
    const constraint = paths.get(field.path);
    if (!constraint?.equals || combinations * constraint.equals.length > maxRanges) break;
    combinations *= constraint.equals.length;
    prefix.push(constraint);
  }
  const next = paths.get(usable[prefix.length]?.path ?? '');
  const range = next && (next.lower ?? next.upper) ? next : undefined;
  const single = prefix.every((constraint) => constraint.equals?.length === 1);
  const order = single && !index.multikey ? sortOrder(index, prefix.length, paths, sort) : undefined;
  const whole = unique && prefix.length === fields.length && single;
  const score = (whole ? 1000 : 0) + prefix.length * 10 + (range ? 5 : 0) + (sort.length > 0 && order ? 3 : 0);
  if (score === 0) return undefined;
  return { index, prefix, range, sorted: order !== undefined, reverse: order === -1, score };
}

/**
 * How many leading fields can be bounded together. Two fields of one array meet their conditions in any two of its
 * elements, but share a key only when they are of the same element.
 */
function independentFields({ multikey, spec: { fields } }: IndexDefinition): number {
  if (!multikey) return fields.length;
  const heads = fields.map((field) => field.parts[0]);
  const repeated = heads.findIndex((head, at) => heads.indexOf(head) < at);
  return repeated < 0 ? fields.length : repeated;
}

/** Whether the index holds every document that can match. */
function covers(index: IndexDefinition, paths: ReadonlyMap<string, PathConstraint>): boolean {
  const { sparse, partialFilter, fields } = index.spec;
  if (sparse && !fields.some((field) => paths.get(field.path)?.present)) return false;
  return !partialFilter || implies(paths, constraintsOf(partialFilter), partialFilter);
}

/** Whether documents with these constraints all match a partial filter of equalities, bounds and `$exists: true`. */
function implies(
  paths: ReadonlyMap<string, PathConstraint>,
  wanted: Constraints,
  filter: Record<string, unknown>,
): boolean {
  if (!wanted.complete) return false;
  for (const [path, want] of wanted.paths) {
    const have = paths.get(path);
    if (!have) return false;
    if (want.equals) {
      const allowed = want.equals;
      if (!have.equals?.every((value) => allowed.some((other) => equalValues(value, other)))) return false;
    } else if (want.lower || want.upper) {
      if (!sameBound(have.lower, want.lower) || !sameBound(have.upper, want.upper)) return false;
    } else if (!isExistsTrue(filter[path]) || !have.present) {
      return false;
    }
    if (!want.complete && !isExistsTrue(filter[path])) return false;
  }
  return true;
}

function isExistsTrue(condition: unknown): boolean {
  const keys = Object.keys(condition ?? {});
  return keys.length === 1 && (condition as { $exists?: unknown }).$exists === true;
}

function sameBound(have: Bound | undefined, want: Bound | undefined): boolean {
  if (!want) return true;
  return have !== undefined && have.inclusive === want.inclusive && equalValues(have.value, want.value);
}

/** 1 or -1 when scanning the index forwards or backwards yields the wanted order; fields fixed by equality do not matter. */
function sortOrder(
  index: IndexDefinition,
  fixed: number,
  paths: ReadonlyMap<string, PathConstraint>,
  sort: readonly SortField[],
): 1 | -1 | undefined {
  if (sort.length === 0) return 1;
  const { fields } = index.spec;
  const open = sort.filter((wanted) => paths.get(wanted.path)?.equals?.length !== 1);
  let order: 1 | -1 | undefined;
  for (const [at, wanted] of open.entries()) {
    const field = fields[fixed + at];
    if (field?.path !== wanted.path) return undefined;
    const turn = field.direction === wanted.direction ? 1 : -1;
    if (order !== undefined && order !== turn) return undefined;
    order = turn;
  }
  return order ?? 1;
}

/** @returns undefined when a bound is longer than keys can be. */
function toPlan(candidate: Candidate, constraints: Constraints): Plan | undefined {
  const { index, prefix, range, sorted, reverse } = candidate;
  const used = prefix.length + (range ? 1 : 0);
  const exact =
    constraints.complete &&
    !index.multikey &&
    constraints.paths.size === used &&
    prefix.every(isExactEquality) &&
    (!range || (range.complete && !range.equals && sameRank(range)));
  try {
    const ranges = combinations(prefix).map((values) => keyRange(index, values, range));
    return { index, ranges, reverse, sorted, exact };
  } catch (error) {
    if (error instanceof CommandFailure && error.code === 17280) return undefined;
    throw error;
  }
}

function isExactEquality(constraint: PathConstraint): boolean {
  return constraint.complete && !constraint.lower && !constraint.upper;
}

function sameRank({ lower, upper }: PathConstraint): boolean {
  return !lower || !upper || rankOf(lower.value) === rankOf(upper.value);
}

/** Every way to pick one value for each field of the prefix, without repeats. */
function combinations(prefix: readonly PathConstraint[]): unknown[][] {
  let rows: unknown[][] = [[]];
  for (const { equals = [] } of prefix) {
    const values = equals.length < 2 ? equals : distinct(equals);
    rows = rows.flatMap((row) => values.map((value) => [...row, value]));
  }
  return rows;
}

function distinct(values: readonly unknown[]): unknown[] {
  const seen = new Map(values.map((value) => [writer.reset().value(value).finish().toString('latin1'), value]));
  return [...seen.values()];
}

const afterAll = 0xff;

function keyRange(index: IndexDefinition, values: readonly unknown[], range: PathConstraint | undefined): KeyRange {
  const { fields } = index.spec;
  const prefix = (): KeyWriter => {
    writer.reset().uint32(index.id);
    values.forEach((value, at) => writer.value(value, (fields[at]?.direction ?? 1) < 0));
    return writer;
  };
  if (!range) {
    const single = index.spec.unique && values.length === fields.length;
    return { start: prefix().finish(), end: prefix().byte(afterAll).finish(), single };
  }
  const descending = (fields[values.length]?.direction ?? 1) < 0;
  // On arrays each bound may be met by another element, so that only one of them limits the scan.
  const lower = range.lower;
  const upper = index.multikey && lower ? undefined : range.upper;
  const rank = rankOf((lower ?? upper)?.value);
  const [low, high] = descending ? [upper, lower] : [lower, upper];
  const [least, beyond] = descending ? [0xff - rank, 0x100 - rank] : [rank, rank + 1];
  const edge = (bound: Bound | undefined, bracket: number, isStart: boolean): Buffer => {
    if (!bound) return prefix().byte(bracket).finish();
    prefix().value(bound.value, descending);
    return (bound.inclusive === isStart ? writer : writer.byte(afterAll)).finish();
  };
  return { start: edge(low, least, true), end: edge(high, beyond, false) };
}
