import type { Binary, BSONRegExp, Code, DBRef, Decimal128, Double, Int32, Long, ObjectId, Timestamp } from 'bson';

/** A decoded BSON document. Numbers keep their BSON type (`Int32`, `Double`, `Long`, `Decimal128`). */
export type Doc = Record<string, unknown>;

/** A BSON number with its type. */
export type Numeric = Int32 | Double | Long | Decimal128;

/**
 * The order of types in comparisons and sorts (MongoDB manual, "Comparison/Sort Order"). The numbers serve as type bytes
 * in index keys, so they are part of the file format.
 */
export const Rank = {
  minKey: 0x05,
  undefined: 0x0a,
  null: 0x10,
  number: 0x20,
  string: 0x30,
  object: 0x40,
  array: 0x48,
  binary: 0x50,
  objectId: 0x58,
  boolean: 0x60,
  date: 0x68,
  timestamp: 0x70,
  regex: 0x78,
  code: 0x80,
  codeWithScope: 0x88,
  maxKey: 0xf0,
} as const;
export type Rank = (typeof Rank)[keyof typeof Rank];

/** The class of BSON library objects, or undefined for plain objects. */
export function bsonType(value: object): string | undefined {
  return (value as { _bsontype?: string })._bsontype;
}

export function rankOf(value: unknown): Rank {
  switch (typeof value) {
    case 'string':
      return Rank.string;
    case 'number':
    case 'bigint':
      return Rank.number;
    case 'boolean':
      return Rank.boolean;
    case 'object':
      return value === null ? Rank.null : rankOfObject(value);
    default:
      return Rank.undefined;
  }
}

function rankOfObject(value: object): Rank {
  switch (bsonType(value)) {
    case 'Int32':
    case 'Double':
    case 'Long':
    case 'Decimal128':
      return Rank.number;
    case 'ObjectId':
      return Rank.objectId;
    case 'Binary':
      return Rank.binary;
    case 'Timestamp':
      return Rank.timestamp;
    case 'BSONRegExp':
      return Rank.regex;
    case 'BSONSymbol':
      return Rank.string;
    case 'Code':
      return (value as Code).scope ? Rank.codeWithScope : Rank.code;
    case 'MinKey':
      return Rank.minKey;
    case 'MaxKey':
      return Rank.maxKey;
    default:
      if (Array.isArray(value)) return Rank.array;
      return value instanceof Date ? Rank.date : Rank.object;
  }
}

/** True for documents embedded as objects (not arrays, dates or other BSON types). */
export function isDoc(value: unknown): value is Doc {
  return typeof value === 'object' && value !== null && rankOfObject(value) === Rank.object;
}

export function isNumeric(value: unknown): value is Numeric {
  return typeof value === 'object' && value !== null && rankOfObject(value) === Rank.number;
}

export function isRegex(value: unknown): value is BSONRegExp {
  return typeof value === 'object' && value !== null && bsonType(value) === 'BSONRegExp';
}

export function isObjectId(value: unknown): value is ObjectId {
  return typeof value === 'object' && value !== null && bsonType(value) === 'ObjectId';
}

export function isBinary(value: unknown): value is Binary {
  return typeof value === 'object' && value !== null && bsonType(value) === 'Binary';
}

export function isTimestamp(value: unknown): value is Timestamp {
  return typeof value === 'object' && value !== null && bsonType(value) === 'Timestamp';
}

/** The fields of an object in document order. The BSON library turns `{$ref, $id}` into a class of its own. */
export function fieldsOf(value: Doc): Doc {
  if (bsonType(value) !== 'DBRef') return value;
  const { collection, oid, db, fields } = value as unknown as DBRef;
  return { $ref: collection, $id: oid, ...(db === undefined ? {} : { $db: db }), ...fields };
}

export function hasField(doc: Doc, name: string): boolean {
  return Object.hasOwn(doc, name);
}

/** Sets a field by definition, so that a field called `__proto__` is a field like any other. */
export function setField(doc: Doc, name: string, value: unknown): void {
  if (name === '__proto__') {
    Object.defineProperty(doc, name, { value, enumerable: true, configurable: true, writable: true });
  } else {
    doc[name] = value;
  }
}

const aliases: Readonly<Record<string, string>> = {
  Int32: 'int',
  Double: 'double',
  Long: 'long',
  Decimal128: 'decimal',
  ObjectId: 'objectId',
  Binary: 'binData',
  Timestamp: 'timestamp',
  BSONRegExp: 'regex',
  BSONSymbol: 'symbol',
  MinKey: 'minKey',
  MaxKey: 'maxKey',
};

/** The name of a value's type as `$type` and error messages use it. */
export function typeName(value: unknown): string {
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  if (typeof value === 'string') return 'string';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value !== 'object') return 'double';
  if (Array.isArray(value)) return 'array';
  if (value instanceof Date) return 'date';
  const type = bsonType(value) ?? '';
  if (type === 'Code') return (value as Code).scope ? 'javascriptWithScope' : 'javascript';
  return aliases[type] ?? 'object';
}
