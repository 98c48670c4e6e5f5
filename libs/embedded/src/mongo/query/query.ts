import type { Doc } from '../bson/values.js';
import type { Collection, StoredDocument } from '../storage/collection.js';
import type { Environment } from '../storage/environment.js';
import { countRecords, scan } from '../storage/scan.js';
import { compileFilter, type Matcher, type QueryScope } from './matcher.js';
import { type Plan, plan } from './planner.js';
import { type SortField, Sorter } from './sort.js';

/** Longest run of a scan before other work of the process gets its turn, in milliseconds. */
const sliceMs = 5;
const batchSize = 64;

/** A filter on one collection, planned and compiled. */
export class Query {
  readonly plan: Plan;
  private readonly matches: Matcher;

  constructor(
    private readonly environment: Environment,
    private readonly collection: Collection,
    filter: Doc,
    scope: QueryScope,
    private readonly sort: readonly SortField[] = [],
  ) {
    this.plan = plan(collection.indexes, filter, sort);
    this.matches = compileFilter(filter, scope);
  }

  /** Whether a document, perhaps changed since it was found, meets the filter. */
  test(document: StoredDocument): boolean {
    return this.matches(document.doc);
  }

  /** The first match, found without a pause: for write transactions. */
  first(): StoredDocument | undefined {
    if (this.plan.sorted || this.sort.length === 0) {
      for (const document of this.matching()) return document;
      return undefined;
    }
    const sorter = new Sorter<StoredDocument>(this.sort, 1);
    for (const document of this.matching()) sorter.add(document.doc, document, document.bytes.length);
    return sorter.finish()[0];
  }

  /**
   * The matches in the order asked for, in batches; lets other work run between them.
   * @param limit how many the consumer will take at most: a sort in memory holds no more.
   */
  async *batches(limit = Infinity): AsyncGenerator<StoredDocument[], void, undefined> {
    if (this.plan.sorted || this.sort.length === 0) {
      yield* this.unsorted(limit);
      return;
    }
    const sorter = new Sorter<StoredDocument>(this.sort, limit);
    for await (const batch of this.unsorted(Infinity)) {
      for (const document of batch) sorter.add(document.doc, document, document.bytes.length);
    }
    const sorted = sorter.finish();
    for (let at = 0; at < sorted.length; at += batchSize) yield sorted.slice(at, at + batchSize);
  }

  /** Counts without reading documents if the index alone can tell. */
  async count(): Promise<number> {
    const { index, exact } = this.plan;
    if (exact && !index?.multikey) return countRecords(this.environment, this.collection, this.plan);
    let count = 0;
    for await (const batch of this.unsorted(Infinity)) count += batch.length;
    return count;
  }

  private async *unsorted(limit: number): AsyncGenerator<StoredDocument[], void, undefined> {
    let batch: StoredDocument[] = [];
    let found = 0;
    let started = performance.now();
    for (const document of scan(this.environment, this.collection, this.plan)) {
      if (this.plan.exact || this.test(document)) {
        batch.push(document);
        found += 1;
      }
      if (found >= limit) break;
      const late = performance.now() - started > sliceMs;
      if (batch.length >= batchSize || (late && batch.length > 0)) {
        yield batch;
        batch = [];
      }
      if (late) {
        await new Promise(setImmediate);
        started = performance.now();
      }
    }
    if (batch.length > 0) yield batch;
  }

  private *matching(): Generator<StoredDocument, void, undefined> {
    for (const document of scan(this.environment, this.collection, this.plan)) {
      if (this.plan.exact || this.test(document)) yield document;
    }
  }
}
