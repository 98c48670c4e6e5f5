import { calculateObjectSize, deserialize, onDemand, serialize } from 'bson';
import { CommandFailure } from '../failure.js';
import type { Doc } from './values.js';

/** Bytes of one document, as MongoDB allows it. */
export const maxDocumentBytes = 16 * 1024 * 1024;

const typed = {
  promoteValues: false,
  promoteBuffers: false,
  bsonRegExp: true,
  validation: { utf8: false },
} as const;

/** Decodes with all type information kept. @throws CommandFailure FailedToParse when the bytes are no BSON. */
export function decode(bytes: Uint8Array): Doc {
  try {
    return deserialize(bytes, typed);
  } catch (error) {
    throw new CommandFailure(9, `Invalid BSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

export function encode(doc: Doc): Uint8Array {
  return serialize(doc, { ignoreUndefined: true });
}

/** @throws CommandFailure BSONObjectTooLarge over 16 MiB. */
export function encodeStored(doc: Doc): Uint8Array {
  const size = calculateObjectSize(doc, { ignoreUndefined: true });
  checkDocumentSize(size);
  return encode(doc);
}

export function checkDocumentSize(size: number): void {
  if (size <= maxDocumentBytes) return;
  throw new CommandFailure(
    10334,
    `BSONObj size: ${size} (0x${size.toString(16).toUpperCase()}) is invalid. Size must be between 0 and ${maxDocumentBytes}(16MB)`,
  );
}

/** Where one top-level element lies in the bytes of a document. */
interface ElementSpan {
  readonly name: string;
  readonly type: number;
  readonly start: number;
  readonly end: number;
}

function* elements(bytes: Uint8Array): Generator<ElementSpan> {
  for (const [type, nameOffset, nameLength, offset, length] of onDemand.parseToElements(bytes)) {
    const name = onDemand.ByteUtils.toUTF8(bytes, nameOffset, nameOffset + nameLength, false);
    yield { name, type, start: nameOffset - 1, end: offset + length };
  }
}

/**
 * The bytes of a document as they are stored: `_id` is the first element, as MongoDB keeps it.
 * @returns undefined when there is no `_id`.
 */
export function withIdFirst(bytes: Uint8Array): Uint8Array | undefined {
  let first = true;
  for (const element of elements(bytes)) {
    if (element.name === '_id') {
      if (first) return bytes;
      const moved = new Uint8Array(bytes.length);
      const length = element.end - element.start;
      moved.set(bytes.subarray(0, 4));
      moved.set(bytes.subarray(element.start, element.end), 4);
      moved.set(bytes.subarray(4, element.start), 4 + length);
      moved.set(bytes.subarray(element.end), element.end);
      return moved;
    }
    first = false;
  }
  return undefined;
}

/** A deep copy of a decoded value; BSON leaf objects are immutable here and are shared. */
export function clone<T>(value: T): T {
  if (Array.isArray(value)) return value.map((item: unknown) => clone(item)) as T;
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Date || (value as { _bsontype?: string })._bsontype) return value;
  const copy: Doc = {};
  for (const [name, field] of Object.entries(value)) {
    if (name === '__proto__')
      Object.defineProperty(copy, name, { value: clone(field), enumerable: true, writable: true });
    else copy[name] = clone(field);
  }
  return copy as T;
}
