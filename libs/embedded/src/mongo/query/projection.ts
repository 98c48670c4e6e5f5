import { nearestDouble } from '../bson/number-key.js';
import { type Doc, isDoc, isNumeric, setField } from '../bson/values.js';
import { compileExpression } from '../expression/compile.js';
import type { Evaluate, Frame } from '../expression/frame.js';
import { CommandFailure, NotSupported } from '../failure.js';
import { compileElementCondition, isOperatorDoc, type QueryScope } from './matcher.js';

/** Turns a document into the part of it that was asked for. */
export type Projection = (doc: Doc, scope: QueryScope) => Doc;

type Leaf = { readonly keep: boolean } | { readonly compute: Evaluate };
/** A tree of the projected paths. */
export type ProjectionTree = Map<string, Leaf | ProjectionTree>;

/**
 * Compiles the projection of `find` and of `$project`: fields to keep or fields to leave out, and computed fields.
 * @throws CommandFailure for a mixture of both, and for positional projections.
 */
export function compileProjection(spec: Doc, scope: QueryScope): Projection {
  const variables = scope.variables ? Object.keys(scope.variables) : [];
  const tree: ProjectionTree = new Map();
  for (const [path, value] of Object.entries(spec)) place(tree, path, value, scope, variables);
  const id = tree.get('_id');
  const inclusive = isInclusive(tree);
  if (inclusive) {
    if (!id) tree.set('_id', { keep: true });
    else if ('keep' in id && !id.keep) tree.delete('_id');
    return (doc, { now, variables: values = {} }) => {
      const kept = include(doc, tree) as Doc;
      return compute(kept, tree, { root: doc, current: doc, now, variables: values });
    };
  }
  return (doc, { now, variables: values = {} }) =>
    compute(exclude(doc, tree) as Doc, tree, { root: doc, current: doc, now, variables: values });
}

/** `$set` and `$addFields`: all fields stay, the given ones are computed. */
export function compileAddFields(spec: Doc, variables: readonly string[] = []): (doc: Doc, frame: Frame) => Doc {
  const tree: ProjectionTree = new Map();
  for (const [path, value] of Object.entries(spec)) placeComputed(tree, path, value, variables);
  return (doc, frame) => compute(doc, tree, frame);
}

function placeComputed(tree: ProjectionTree, path: string, value: unknown, variables: readonly string[]): void {
  if (isDoc(value) && !isOperatorDoc(value) && Object.keys(value).length > 0) {
    for (const [name, inner] of Object.entries(value)) placeComputed(tree, `${path}.${name}`, inner, variables);
    return;
  }
  insert(tree, path, { compute: compileExpression(value, variables) });
}

function place(
  tree: ProjectionTree,
  path: string,
  value: unknown,
  scope: QueryScope,
  variables: readonly string[],
): void {
  if (path.split('.').includes('$')) throw new NotSupported('the positional projection');
  if (typeof value === 'boolean') return insert(tree, path, { keep: value });
  if (isNumeric(value)) return insert(tree, path, { keep: nearestDouble(value) !== 0 });
  if (isDoc(value)) {
    if ('$elemMatch' in value) return insert(tree, path, { compute: elemMatch(path, value.$elemMatch, scope) });
    if ('$slice' in value && !(Array.isArray(value.$slice) && !isNumeric(value.$slice[0]))) {
      return insert(tree, path, { compute: slice(path, value.$slice) });
    }
    if ('$meta' in value) throw new NotSupported('$meta');
    if (!isOperatorDoc(value)) {
      for (const [name, inner] of Object.entries(value)) place(tree, `${path}.${name}`, inner, scope, variables);
      return;
    }
  }
  insert(tree, path, { compute: compileExpression(value, variables) });
}

function insert(tree: ProjectionTree, path: string, leaf: Leaf): void {
  const parts = path.split('.');
  const last = parts.pop() as string;
  let node = tree;
  for (const part of parts) {
    const next = node.get(part) ?? new Map<string, Leaf | ProjectionTree>();
    if (!(next instanceof Map)) throw collision(path);
    node.set(part, next);
    node = next;
  }
  if (node.has(last)) throw collision(path);
  node.set(last, leaf);
}

function collision(path: string): CommandFailure {
  return new CommandFailure(9, `Invalid projection: path collision at ${path}`);
}

function isInclusive(tree: ProjectionTree): boolean {
  const modes = new Set<boolean>();
  let computed = false;
  const visit = (node: ProjectionTree, top: boolean): void => {
    for (const [name, child] of node) {
      if (child instanceof Map) visit(child, false);
      else if ('compute' in child) computed = true;
      else if (!(top && name === '_id')) modes.add(child.keep);
    }
  };
  visit(tree, true);
  if (modes.size === 2) throw new CommandFailure(9, 'Cannot do exclusion and inclusion in the same projection');
  const [mode] = modes;
  if (mode !== undefined) return mode;
  const id = tree.get('_id');
  const idKept = id !== undefined && !(id instanceof Map) && 'keep' in id && id.keep;
  return computed ? !onlySlices(tree) : idKept;
}

const sliceEvaluators = new WeakSet<Evaluate>();

/** A projection of nothing but `$slice` keeps all other fields. */
function onlySlices(tree: ProjectionTree): boolean {
  return [...tree.values()].every((child) =>
    child instanceof Map ? onlySlices(child) : 'compute' in child ? sliceEvaluators.has(child.compute) : true,
  );
}

function include(value: unknown, tree: ProjectionTree): unknown {
  if (Array.isArray(value)) {
    return value.filter((item) => isDoc(item) || Array.isArray(item)).map((item) => include(item, tree));
  }
  const kept: Doc = {};
  for (const [name, field] of Object.entries(value as Doc)) {
    const child = tree.get(name);
    if (child instanceof Map) {
      if (isDoc(field) || Array.isArray(field)) setField(kept, name, include(field, child));
    } else if (child && 'keep' in child && child.keep) {
      setField(kept, name, field);
    }
  }
  return kept;
}

function exclude(value: unknown, tree: ProjectionTree): unknown {
  if (Array.isArray(value)) return value.map((item) => exclude(item, tree));
  if (!isDoc(value)) return value;
  const kept: Doc = {};
  for (const [name, field] of Object.entries(value)) {
    const child = tree.get(name);
    if (child instanceof Map) setField(kept, name, exclude(field, child));
    else if (!child || 'compute' in child || child.keep) setField(kept, name, field);
  }
  return kept;
}

/** Sets the computed fields of a tree in a copy of the document. */
function compute(doc: Doc, tree: ProjectionTree, frame: Frame): Doc {
  const result: Doc = { ...doc };
  for (const [name, child] of tree) {
    if (child instanceof Map) {
      if (hasComputed(child)) setField(result, name, computeInto(result[name], child, frame));
    } else if ('compute' in child) {
      const value = child.compute(frame);
      if (value === undefined) delete result[name];
      else setField(result, name, value);
    }
  }
  return result;
}

function computeInto(value: unknown, tree: ProjectionTree, frame: Frame): unknown {
  if (Array.isArray(value)) return value.map((item) => computeInto(item, tree, frame));
  return compute(isDoc(value) ? value : {}, tree, frame);
}

function hasComputed(tree: ProjectionTree): boolean {
  return [...tree.values()].some((child) => (child instanceof Map ? hasComputed(child) : 'compute' in child));
}

function fieldAt(path: string): Evaluate {
  return compileExpression(`$${path}`);
}

/** The first element that matches, in an array of one; nothing when there is none. */
function elemMatch(path: string, condition: unknown, scope: QueryScope): Evaluate {
  if (path.includes('.')) throw new CommandFailure(2, 'Cannot use $elemMatch projection on a nested field.');
  const matches = compileElementCondition(condition, scope);
  const field = fieldAt(path);
  return (frame) => {
    const value = field(frame);
    const found = Array.isArray(value) ? value.filter(matches).slice(0, 1) : [];
    return found.length > 0 ? found : undefined;
  };
}

function slice(path: string, operand: unknown): Evaluate {
  const numbers: unknown[] = Array.isArray(operand) ? operand : [operand];
  if (!numbers.every(isNumeric)) throw new CommandFailure(9, '$slice needs a number or two');
  const [first, count] = numbers.map(nearestDouble);
  const field = fieldAt(path);
  const evaluate: Evaluate = (frame) => {
    const value = field(frame);
    if (!Array.isArray(value) || first === undefined) return value;
    const array: unknown[] = value;
    if (count === undefined) return first < 0 ? array.slice(first) : array.slice(0, first);
    const start = first < 0 ? Math.max(0, value.length + first) : first;
    return array.slice(start, start + count);
  };
  sliceEvaluators.add(evaluate);
  return evaluate;
}
