import { compareValues } from '../bson/compare.js';
import { nearestDouble } from '../bson/number-key.js';
import { type Doc, isDoc, isNumeric } from '../bson/values.js';
import { CommandFailure, NotSupported } from '../failure.js';
import type { Direction } from '../storage/index-definition.js';
import { valuesAt } from './path.js';

export interface SortField {
  readonly path: string;
  readonly parts: readonly string[];
  readonly direction: Direction;
}

/** @throws CommandFailure for directions other than 1 and -1. */
export function parseSort(spec: unknown): SortField[] {
  if (spec === undefined || spec === null) return [];
  if (!isDoc(spec)) throw new CommandFailure(14, 'Expected field sort to be of type object');
  return Object.entries(spec).map(([path, direction]) => {
    if (isDoc(direction)) throw new NotSupported(`sorting by ${Object.keys(direction)[0] ?? 'an object'}`);
    const sign = isNumeric(direction) ? nearestDouble(direction) : 0;
    if (sign !== 1 && sign !== -1)
      throw new CommandFailure(2, `$sort key ordering must be 1 (for ascending) or -1 (for descending)`);
    return { path, parts: path.split('.'), direction: sign };
  });
}

/** The values that a document is sorted by: of an array the least one, or the greatest when descending. */
export function sortKey(doc: Doc, fields: readonly SortField[]): unknown[] {
  return fields.map(({ parts, direction }) => {
    const first = parts[0] as string;
    const top = Object.hasOwn(doc, first) ? doc[first] : undefined;
    if (parts.length === 1 && !Array.isArray(top)) return top ?? null;
    const values = valuesAt(doc, parts);
    if (values.length === 0) return Array.isArray(top) && parts.length === 1 ? undefined : null;
    return values.reduce((best, value) => (compareValues(value, best) * direction < 0 ? value : best));
  });
}

export function compareSortKeys(a: readonly unknown[], b: readonly unknown[], fields: readonly SortField[]): number {
  for (let at = 0; at < fields.length; at++) {
    const order = compareValues(a[at], b[at]);
    if (order !== 0) return order * (fields[at] as SortField).direction;
  }
  return 0;
}

interface Entry<T> {
  readonly key: unknown[];
  readonly item: T;
}

/**
 * Sorts stably, holding at most `limit` items when one is given.
 * @throws CommandFailure QueryExceededMemoryLimitNoDiskUseAllowed over `maxBytes`.
 */
export class Sorter<T> {
  private entries: Entry<T>[] = [];
  private bytes = 0;

  constructor(
    private readonly fields: readonly SortField[],
    private readonly limit = Infinity,
    private readonly maxBytes = 128 * 1024 * 1024,
  ) {}

  add(doc: Doc, item: T, size: number): void {
    this.entries.push({ key: sortKey(doc, this.fields), item });
    this.bytes += size;
    if (this.entries.length >= this.limit * 2 + 64) this.cut();
    if (this.bytes > this.maxBytes) {
      throw new CommandFailure(292, `Sort exceeded memory limit of ${this.maxBytes} bytes; add an index or a limit`);
    }
  }

  finish(): T[] {
    this.cut();
    return this.entries.map((entry) => entry.item);
  }

  private cut(): void {
    this.entries.sort((a, b) => compareSortKeys(a.key, b.key, this.fields));
    if (this.entries.length <= this.limit) return;
    this.bytes *= this.limit / this.entries.length;
    this.entries.length = this.limit;
  }
}
