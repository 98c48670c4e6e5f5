import type { Binary, BSONRegExp, BSONSymbol, Code, Double, Int32, ObjectId, Timestamp } from 'bson';
import { exactRemainder, nearestDouble } from './number-key.js';
import { bsonType, type Doc, fieldsOf, type Numeric, Rank, rankOf } from './values.js';

/** Compares two values of any type in MongoDB's order. Missing values (undefined) come before null. */
export function compareValues(a: unknown, b: unknown): number {
  const rank = rankOf(a);
  const other = rankOf(b);
  return rank === other ? compareSameRank(rank, a, b) : rank - other;
}

export function equalValues(a: unknown, b: unknown): boolean {
  return a === b || compareValues(a, b) === 0;
}

function compareSameRank(rank: Rank, a: unknown, b: unknown): number {
  switch (rank) {
    case Rank.number:
      return compareNumbers(a as Numeric | number, b as Numeric | number);
    case Rank.string:
      return compareStrings(textOf(a), textOf(b));
    case Rank.object:
      return compareObjects(a as Doc, b as Doc);
    case Rank.array:
      return compareArrays(a as unknown[], b as unknown[]);
    case Rank.binary:
      return compareBinaries(a as Binary, b as Binary);
    case Rank.objectId:
      return Buffer.compare((a as ObjectId).id, (b as ObjectId).id);
    case Rank.boolean:
      return Number(a) - Number(b);
    case Rank.date:
      return (a as Date).getTime() - (b as Date).getTime();
    case Rank.timestamp: {
      const [x, y] = [a as Timestamp, b as Timestamp];
      return x.t - y.t || x.i - y.i;
    }
    case Rank.regex: {
      const [x, y] = [a as BSONRegExp, b as BSONRegExp];
      return compareStrings(x.pattern, y.pattern) || compareStrings(x.options, y.options);
    }
    case Rank.code:
      return compareStrings((a as Code).code, (b as Code).code);
    case Rank.codeWithScope: {
      const [x, y] = [a as Code, b as Code];
      return compareStrings(x.code, y.code) || compareObjects(x.scope ?? {}, y.scope ?? {});
    }
    case Rank.minKey:
    case Rank.undefined:
    case Rank.null:
    case Rank.maxKey:
      return 0;
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : (value as BSONSymbol).value;
}

/** By value across types; NaN equals itself and comes before all other numbers. */
export function compareNumbers(a: Numeric | number, b: Numeric | number): number {
  const x = nearestDouble(a);
  const y = nearestDouble(b);
  if (x !== y) {
    if (Number.isNaN(x)) return Number.isNaN(y) ? 0 : -1;
    return Number.isNaN(y) || x > y ? 1 : -1;
  }
  return isPlain(a) && isPlain(b) ? 0 : Buffer.compare(exactRemainder(a), exactRemainder(b));
}

function isPlain(value: Numeric | number): value is Int32 | Double | number {
  if (typeof value === 'number') return true;
  const type = bsonType(value);
  return type === 'Int32' || type === 'Double';
}

/** By code point, as the bytes of UTF-8 compare; JavaScript alone compares UTF-16 units. */
export function compareStrings(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    const x = a.charCodeAt(at);
    const y = b.charCodeAt(at);
    if (x === y) continue;
    // A surrogate stands for a code point above all others of the basic plane.
    const xHigh = x >= 0xd800 && x <= 0xdfff;
    const yHigh = y >= 0xd800 && y <= 0xdfff;
    return xHigh === yHigh ? x - y : xHigh ? 1 : -1;
  }
  return a.length - b.length;
}

function compareArrays(a: unknown[], b: unknown[]): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    const order = compareValues(a[at], b[at]);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

/** Field by field in document order: by type, then by name, then by value; the shorter one first. */
function compareObjects(a: Doc, b: Doc): number {
  const left = Object.entries(fieldsOf(a));
  const right = Object.entries(fieldsOf(b));
  const length = Math.min(left.length, right.length);
  for (let at = 0; at < length; at++) {
    const [leftName, x] = left[at] as [string, unknown];
    const [rightName, y] = right[at] as [string, unknown];
    const rank = rankOf(x);
    const order = rank - rankOf(y) || compareStrings(leftName, rightName) || compareSameRank(rank, x, y);
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

function compareBinaries(a: Binary, b: Binary): number {
  return (
    a.position - b.position ||
    a.sub_type - b.sub_type ||
    Buffer.compare(a.buffer.subarray(0, a.position), b.buffer.subarray(0, b.position))
  );
}
