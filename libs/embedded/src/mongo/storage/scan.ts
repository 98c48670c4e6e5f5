import type { KeyRange, Plan } from '../query/planner.js';
import { type Collection, recordKey, StoredDocument } from './collection.js';
import type { Environment } from './environment.js';

/** Keys are read in chunks, so that no LMDB cursor stays open while the consumer pauses. */
const firstChunk = 16;
const largestChunk = 512;

/**
 * The documents that a plan finds, each once, in the order of the scan. The consumer may take them over several turns of
 * the event loop: documents removed meanwhile are left out, changed ones come in their new version.
 */
export function* scan(
  environment: Environment,
  collection: Collection,
  plan: Plan,
): Generator<StoredDocument, void, undefined> {
  const { index } = plan;
  if (!index) {
    yield* scanRecords(environment, collection, plan.reverse);
    return;
  }
  const seen = index.multikey ? new Set<number>() : undefined;
  for (const range of plan.ranges) {
    for (const record of scanIndex(environment, range, index.spec.unique, plan.reverse)) {
      if (seen?.has(record)) continue;
      seen?.add(record);
      const document = collection.get(record);
      if (document) yield document;
    }
  }
}

function* scanRecords(
  environment: Environment,
  collection: Collection,
  reverse: boolean,
): Generator<StoredDocument, void, undefined> {
  const range = { start: recordKey(collection.id, 0), end: recordKey(collection.id + 1, 0) };
  for (const { key, value } of entries(environment.records, range, reverse, largestChunk / 8)) {
    yield new StoredDocument(key.readUIntBE(4, 6), value);
  }
}

function* scanIndex(
  environment: Environment,
  range: KeyRange,
  unique: boolean,
  reverse: boolean,
): Generator<number, void, undefined> {
  if (range.single) {
    const value = environment.indexes.get(range.start);
    if (value) yield value.readUIntBE(0, 6);
    return;
  }
  for (const { key, value } of entries(environment.indexes, range, reverse, largestChunk)) {
    yield unique ? value.readUIntBE(0, 6) : key.readUIntBE(key.length - 6, 6);
  }
}

interface Entry {
  readonly key: Buffer;
  readonly value: Buffer;
}

function* entries(
  store: Environment['records'],
  range: KeyRange,
  reverse: boolean,
  largest: number,
): Generator<Entry, void, undefined> {
  let { start, end } = range;
  let fresh = true;
  for (let limit = firstChunk; ; limit = Math.min(limit * 4, largest)) {
    const bounds = reverse
      ? { start: end, end: start, reverse, exclusiveStart: true, inclusiveEnd: true, limit }
      : { start, end, exclusiveStart: !fresh, limit };
    const chunk: Entry[] = [];
    for (const { key, value } of store.getRange(bounds)) chunk.push({ key, value });
    yield* chunk;
    const last = chunk.at(-1);
    if (!last || chunk.length < limit) return;
    if (reverse) end = last.key;
    else start = last.key;
    fresh = false;
  }
}

/** The number of entries that a plan scans. */
export function countRecords(environment: Environment, collection: Collection, { index, ranges }: Plan): number {
  if (!index) {
    const range = { start: recordKey(collection.id, 0), end: recordKey(collection.id + 1, 0) };
    return environment.records.getKeysCount(range);
  }
  return ranges.reduce((count, { start, end }) => count + environment.indexes.getKeysCount({ start, end }), 0);
}
