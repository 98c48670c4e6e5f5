import { nearestDouble } from '../bson/number-key.js';
import { type Doc, isDoc, isNumeric, typeName } from '../bson/values.js';
import { decode } from '../bson/codec.js';
import { truthy } from '../expression/truth.js';
import { CommandFailure, NotSupported } from '../failure.js';
import type { Invocation } from './command.js';

/** The collection that the command names in its first field. @throws CommandFailure InvalidNamespace */
export function collectionName({ body, name }: Invocation): string {
  const collection = body[name];
  if (typeof collection === 'string' && collection !== '') return collection;
  throw new CommandFailure(73, `collection name has invalid type ${typeName(collection)}`);
}

/** @throws CommandFailure TypeMismatch */
export function docArgument(body: Doc, field: string): Doc {
  const value = body[field];
  if (value === undefined || value === null) return {};
  if (isDoc(value)) return value;
  throw new CommandFailure(14, `Expected field ${field} to be of type object, found ${typeName(value)}`);
}

/** A whole number that is not negative. @throws CommandFailure TypeMismatch, BadValue */
export function countArgument(body: Doc, field: string): number | undefined {
  const value = body[field];
  if (value === undefined || value === null) return undefined;
  if (!isNumeric(value))
    throw new CommandFailure(14, `Expected field ${field} to be a number, found ${typeName(value)}`);
  const number = Math.trunc(nearestDouble(value));
  if (number < 0) throw new CommandFailure(2, `BSON field '${field}' value must be >= 0, actual value '${number}'`);
  return number;
}

export function flag(body: Doc, field: string, otherwise = false): boolean {
  return body[field] === undefined ? otherwise : truthy(body[field]);
}

/** The statements of a write command, from the body or from a document sequence. @throws CommandFailure */
export function statements({ body, sequences }: Invocation, field: string): Doc[] {
  const raw = sequences.get(field);
  if (raw) return raw.map(decode);
  const list = body[field];
  if (!Array.isArray(list) || !list.every(isDoc))
    throw new CommandFailure(9, `Expected field ${field} to be an array of objects`);
  return list;
}

/** Only the simple collation is implemented. @throws CommandFailure NotImplemented */
export function refuseCollation(body: Doc): void {
  const { collation } = body;
  if (!isDoc(collation) || Object.keys(collation).length === 0 || collation.locale === 'simple') return;
  throw new NotSupported('a collation other than simple');
}
