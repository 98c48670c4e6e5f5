import { JsonNumber, type LosslessJson, pythonRepr } from '@abaco/contract';

/** How deep a stored JSON value may nest. MongoDB takes documents of 100 levels. */
export const MAX_STORED_DEPTH = 90;

/** Texts as they are, anything else in its Python form (contract 2.0.3). Never fails. */
export const toText = (value: LosslessJson): string => (typeof value === 'string' ? value : pythonRepr(value));

/** A JSON integer or a text of digits with an optional sign; undefined for anything else and beyond 2^53. */
export function toInteger(value: LosslessJson): number | undefined {
  const source = value instanceof JsonNumber ? value.source : value;
  if (typeof source !== 'string' || !/^[+-]?[0-9]+$/.test(source)) return undefined;
  const number = Number(source);
  return Number.isSafeInteger(number) ? number : undefined;
}

/** JSON booleans and the texts `true`, `false`, `1`, `0` in any letter case; undefined for anything else. */
export function toBoolean(value: LosslessJson): boolean | undefined {
  if (typeof value === 'boolean') return value;
  if (typeof value !== 'string') return undefined;
  switch (value.toLowerCase()) {
    case 'true':
    case '1':
      return true;
    case 'false':
    case '0':
      return false;
    default:
      return undefined;
  }
}

/** A flag of which any value but nothing, 0 and false counts as set, as in `?force=yes`. */
export const toFlag = (value: LosslessJson | undefined): boolean =>
  value !== undefined && isTruthy(value) && toBoolean(value) !== false;

/** A JSON object that the store can hold; undefined for anything else. */
export function toDict(value: LosslessJson): Record<string, unknown> | undefined {
  return value instanceof Map && depthOf(value) <= MAX_STORED_DEPTH
    ? (toPlain(value) as Record<string, unknown>)
    : undefined;
}

/** 0 for scalars, 1 for `[]`, 2 for `[[]]`. */
export function depthOf(value: LosslessJson): number {
  const members: Iterable<LosslessJson> | undefined = Array.isArray(value)
    ? (value as readonly LosslessJson[])
    : value instanceof Map
      ? (value as ReadonlyMap<string, LosslessJson>).values()
      : undefined;
  if (members === undefined) return 0;
  let deepest = 0;
  for (const member of members) deepest = Math.max(deepest, depthOf(member));
  return deepest + 1;
}

/** The usual JavaScript form of a JSON value: objects and doubles. */
export function toPlain(value: LosslessJson): unknown {
  if (value instanceof JsonNumber) return Number(value.source);
  if (Array.isArray(value)) return (value as readonly LosslessJson[]).map(toPlain);
  if (value instanceof Map) {
    const entries = [...(value as ReadonlyMap<string, LosslessJson>)];
    return Object.fromEntries(entries.map(([key, member]) => [key, toPlain(member)]));
  }
  return value;
}

/** As Python sees it: empty containers, empty text, zero, false and null are falsy. */
export function isTruthy(value: LosslessJson): boolean {
  if (value instanceof JsonNumber) return Number(value.source) !== 0;
  if (Array.isArray(value)) return value.length > 0;
  if (value instanceof Map) return value.size > 0;
  return Boolean(value);
}

/** Whether a text or key in it has a NUL character, which neither BSON keys nor environment variables can hold. */
export function containsNul(value: LosslessJson): boolean {
  if (typeof value === 'string') return value.includes('\0');
  if (Array.isArray(value)) return value.some(containsNul);
  if (value instanceof Map) {
    for (const [key, member] of value as ReadonlyMap<string, LosslessJson>) {
      if (key.includes('\0') || containsNul(member)) return true;
    }
  }
  return false;
}
