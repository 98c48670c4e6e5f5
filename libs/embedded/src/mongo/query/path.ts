import { type Doc, fieldsOf, isDoc } from '../bson/values.js';

const numeric = /^(0|[1-9]\d*)$/;

export function isArrayIndex(name: string): boolean {
  return numeric.test(name);
}

/**
 * Visits what a dotted path reaches in a document, as query predicates see it: arrays on the way are searched element by
 * element, and an array at the end is visited element by element and then as a whole. A missing field is visited as
 * undefined. Stops as soon as `visit` returns true.
 * @param unfold whether an array at the end is searched too (`$size`, `$elemMatch` want only the array).
 */
export function someAt(
  value: unknown,
  parts: readonly string[],
  visit: (value: unknown) => boolean,
  unfold = true,
  at = 0,
): boolean {
  const name = parts[at];
  if (name === undefined) {
    if (unfold && Array.isArray(value) && value.some((item) => visit(item))) return true;
    return visit(value);
  }
  if (isDoc(value)) {
    const doc = fieldsOf(value);
    return someAt(Object.hasOwn(doc, name) ? doc[name] : undefined, parts, visit, unfold, at + 1);
  }
  if (!Array.isArray(value)) return visit(undefined);
  if (value.some((item) => isDoc(item) && someAt(item, parts, visit, unfold, at))) return true;
  return isArrayIndex(name) && Number(name) < value.length && someAt(value[Number(name)], parts, visit, unfold, at + 1);
}

/**
 * The values at a path for sorting and `distinct`: arrays on the way and at the end are unfolded.
 * @returns an empty list when nothing is there.
 */
export function valuesAt(doc: Doc, parts: readonly string[]): unknown[] {
  const values: unknown[] = [];
  gather(doc, parts, 0, values);
  return values;
}

function gather(value: unknown, parts: readonly string[], at: number, into: unknown[]): void {
  const name = parts[at];
  if (name === undefined) {
    if (Array.isArray(value)) into.push(...(value as unknown[]));
    else if (value !== undefined) into.push(value);
  } else if (isDoc(value)) {
    const doc = fieldsOf(value);
    if (Object.hasOwn(doc, name)) gather(doc[name], parts, at + 1, into);
  } else if (Array.isArray(value)) {
    for (const item of value) if (isDoc(item)) gather(item, parts, at, into);
    if (isArrayIndex(name)) gather(value[Number(name)], parts, at + 1, into);
  }
}
