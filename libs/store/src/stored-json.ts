/** Marks a value that is stored as its JSON text. */
const TEXT = '__json__';
/** BSON nests at most 100 levels; the document around the value needs some. */
const MAX_DEPTH = 64;

/** BSON texts are UTF-8, which has no half of a surrogate pair. */
const isWellFormed = (text: string): boolean => !/\p{Cs}/u.test(text);

/** A name that a database field may have, and that survives every query and update as it is. */
const isPlainKey = (key: string): boolean =>
  key !== '' && key !== TEXT && key !== '__proto__' && !/[.$\0]/.test(key) && isWellFormed(key);

function isPlain(value: unknown, depth: number): boolean {
  if (typeof value === 'string') return isWellFormed(value);
  if (value === null || typeof value === 'boolean') return true;
  if (typeof value === 'number') return Number.isFinite(value) && !Object.is(value, -0);
  if (typeof value !== 'object' || depth >= MAX_DEPTH) return false;
  if (Array.isArray(value)) return value.every((item) => isPlain(item, depth + 1));
  return Object.entries(value).every(([key, member]) => isPlainKey(key) && isPlain(member, depth + 1));
}

/**
 * The form in which any JSON value is stored: as it is where the database can hold it, so that its fields can be searched;
 * else, with dots or `$` in keys for example, as JSON text.
 */
export const packJson = (value: unknown): unknown =>
  isPlain(value, 0) ? value : { [TEXT]: JSON.stringify(value ?? null) };

/** The value that {@link packJson} stored. */
export function unpackJson(stored: unknown): unknown {
  if (typeof stored !== 'object' || stored === null || !(TEXT in stored)) return stored;
  return JSON.parse(String(stored[TEXT])) as unknown;
}
