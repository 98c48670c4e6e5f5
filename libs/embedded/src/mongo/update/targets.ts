import { type Doc, isDoc, setField, typeName } from '../bson/values.js';
import { CommandFailure, NotSupported } from '../failure.js';
import { isArrayIndex } from '../query/path.js';

/** Predicates of `arrayFilters` by identifier. */
export type ArrayFilters = ReadonlyMap<string, (element: unknown) => boolean>;

/** A place in a document that an operator changes. */
export interface Target {
  readonly container: Doc | unknown[];
  readonly key: string;
  readonly path: string;
}

/** MongoDB's limit for the nulls that setting an array element beyond the end puts in between. */
const maxPadding = 1_500_000;

export function read({ container, key }: Target): unknown {
  if (Array.isArray(container)) return container[Number(key)];
  return Object.hasOwn(container, key) ? container[key] : undefined;
}

export function write({ container, key, path }: Target, value: unknown): void {
  if (!Array.isArray(container)) return setField(container, key, value);
  const at = Number(key);
  if (at - container.length > maxPadding)
    throw new CommandFailure(2, `Cannot pad the array beyond its end at '${path}'`);
  while (container.length < at) container.push(null);
  container[at] = value;
}

/**
 * The places that a path of an update names, in a document that may be changed.
 * @param create whether missing documents on the way are made; else a path that leads nowhere names no place.
 * @throws CommandFailure PathNotViable when the way leads through a value that has no fields.
 */
export function targetsOf(root: Doc, path: string, filters: ArrayFilters, create: boolean): Target[] {
  const targets: Target[] = [];
  const parts = path.split('.');
  if (parts.includes('')) throw new CommandFailure(56, `The update path '${path}' contains an empty field name`);
  if (parts.includes('$')) throw new NotSupported('the positional operator $');
  descend(root, parts, 0, { targets, filters, create, path });
  return targets;
}

interface Walk {
  readonly targets: Target[];
  readonly filters: ArrayFilters;
  readonly create: boolean;
  readonly path: string;
}

function descend(container: Doc | unknown[], parts: readonly string[], at: number, walk: Walk): void {
  const name = parts[at] as string;
  if (name.startsWith('$[')) {
    for (const key of matchingElements(container, name, walk)) step(container, key, parts, at, walk);
  } else if (Array.isArray(container) && !isArrayIndex(name)) {
    if (walk.create) throw notViable(name, parts, at, container);
  } else {
    step(container, name, parts, at, walk);
  }
}

function step(container: Doc | unknown[], key: string, parts: readonly string[], at: number, walk: Walk): void {
  const target: Target = { container, key, path: walk.path };
  if (at === parts.length - 1) {
    walk.targets.push(target);
    return;
  }
  const child = read(target);
  if (isDoc(child) || Array.isArray(child)) {
    descend(child, parts, at + 1, walk);
  } else if (walk.create) {
    const next = parts[at + 1] as string;
    if (child !== undefined) throw notViable(next, parts, at + 1, child);
    if (next.startsWith('$[')) {
      throw new CommandFailure(
        2,
        `The path '${parts.slice(0, at + 1).join('.')}' must exist in the document in order to apply array updates.`,
      );
    }
    const made: Doc = {};
    write(target, made);
    descend(made, parts, at + 1, walk);
  }
}

function matchingElements(container: Doc | unknown[], name: string, walk: Walk): string[] {
  if (!Array.isArray(container)) {
    throw new CommandFailure(2, `Cannot apply array updates to non-array element of '${walk.path}'`);
  }
  const identifier = name.slice(2, -1);
  const matches = identifier === '' ? () => true : walk.filters.get(identifier);
  if (!matches)
    throw new CommandFailure(2, `No array filter found for identifier '${identifier}' in path '${walk.path}'`);
  return [...container.keys()].filter((at) => matches(container[at])).map(String);
}

function notViable(name: string, parts: readonly string[], at: number, value: unknown): CommandFailure {
  const where = parts.slice(0, at).join('.');
  return new CommandFailure(28, `Cannot create field '${name}' in element {${where}: ${typeName(value)}}`);
}
