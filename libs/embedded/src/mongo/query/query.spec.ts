import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serialize } from 'bson';
import fc from 'fast-check';
import { decode } from '../bson/codec.js';
import { compareValues } from '../bson/compare.js';
import type { Doc } from '../bson/values.js';
import { Catalog } from '../storage/catalog.js';
import type { Collection } from '../storage/collection.js';
import { Environment } from '../storage/environment.js';
import { scan } from '../storage/scan.js';
import type { Direction, IndexSpec } from '../storage/index-definition.js';
import { Query } from './query.js';
import { parseSort, sortKey } from './sort.js';

const scope = { now: new Date() };
const directory = mkdtempSync(join(tmpdir(), 'abaco-query-'));
const catalog: Catalog = new Catalog(() => environment);
const environment = new Environment(directory, 'process', () => catalog.load());
afterAll(async () => {
  await environment.close();
  rmSync(directory, { recursive: true });
});

function index(key: Record<string, Direction>, options: Partial<IndexSpec> = {}): IndexSpec {
  const fields = Object.entries(key).map(([path, direction]) => ({ path, parts: path.split('.'), direction }));
  const name = `${JSON.stringify(key)}${JSON.stringify(options)}`;
  return {
    name,
    fields,
    unique: false,
    sparse: false,
    partialFilter: undefined,
    expireAfterSeconds: undefined,
    ...options,
  };
}

const specs = [
  index({ a: 1 }),
  index({ a: 1, b: -1 }),
  index({ b: 1, c: 1 }),
  index({ 'a.x': 1, 'a.y': 1 }),
  index({ c: -1 }, { sparse: true }),
  index({ b: -1 }, { partialFilter: decode(serialize({ c: { $exists: true } })) }),
  index({ c: 1 }, { partialFilter: decode(serialize({ b: 'p' })) }),
];

const scalar = fc.oneof(
  fc.integer({ min: 0, max: 3 }),
  fc.constantFrom<unknown>('p', 'q', null, true, 1.5, new Date(5)),
);
const part = fc.record({ x: scalar, y: scalar }, { requiredKeys: [], noNullPrototype: true });
const value = fc.oneof(scalar, fc.array(fc.oneof(scalar, part), { maxLength: 3 }), part);
const document = fc.record({ a: value, b: scalar, c: value }, { requiredKeys: [], noNullPrototype: true });
const condition = fc.oneof(
  scalar,
  part,
  fc
    .tuple(fc.constantFrom('$gt', '$gte', '$lt', '$lte', '$eq', '$ne'), scalar)
    .map(([name, operand]) => ({ [name]: operand })),
  fc.tuple(scalar, scalar).map(([low, high]) => ({ $gte: low, $lt: high })),
  fc.array(scalar, { maxLength: 3 }).map((items) => ({ $in: items })),
  fc.boolean().map((exists) => ({ $exists: exists })),
);
const filter = fc.oneof(
  fc.dictionary(fc.constantFrom('a', 'b', 'c', 'a.x', 'a.y'), condition, { maxKeys: 3, noNullPrototype: true }),
  fc.tuple(condition, condition).map(([b, c]) => ({ $and: [{ b }, { c }] })),
);
const sort = fc.constantFrom<Record<string, Direction>>(
  {},
  { a: 1 },
  { b: -1 },
  { a: 1, b: -1 },
  { a: -1, b: 1 },
  { b: 1, c: 1 },
  { c: 1 },
);

describe('a query', () => {
  let runs = 0;

  async function fill(documents: readonly object[], indexes: readonly IndexSpec[]): Promise<Collection> {
    const name = `c${(runs += 1)}`;
    return environment.write(() => {
      const collection = catalog.ensure('test', name);
      for (const spec of indexes) catalog.addIndex(collection, spec);
      documents.forEach((doc, at) => {
        const bytes = serialize({ _id: at, ...doc });
        collection.insert({ bytes, doc: decode(bytes) });
      });
      return collection;
    });
  }

  async function find(collection: Collection, where: Doc, order: Doc): Promise<Doc[]> {
    const found: Doc[] = [];
    const query = new Query(environment, collection, where, scope, parseSort(order));
    for await (const batch of query.batches()) found.push(...batch.map(({ doc }) => doc));
    expect(await query.count()).toBe(found.length);
    const first = query.first();
    expect(first === undefined).toBe(found.length === 0);
    return found;
  }

  it('finds the same with indexes as without, in the order asked for', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(document, { maxLength: 12 }),
        fc.subarray(specs, { minLength: 1 }),
        fc.array(fc.tuple(filter, sort), { minLength: 4, maxLength: 4 }),
        async (documents, indexes, queries) => {
          const plain = await fill(documents, []);
          const indexed = await fill(documents, indexes);
          for (const [where, order] of queries) {
            const typed = decode(serialize({ where, order }));
            const fields = parseSort(typed.order);
            const expected = await find(plain, typed.where as Doc, typed.order as Doc);
            const actual = await find(indexed, typed.where as Doc, typed.order as Doc);
            const ids = (docs: Doc[]): unknown[] => docs.map((doc) => doc._id).sort(compareValues);
            expect(ids(actual)).toEqual(ids(expected));
            const keys = (docs: Doc[]): unknown[] => docs.map((doc) => sortKey(doc, fields));
            expect(compareValues(keys(actual), keys(expected))).toBe(0);
          }
        },
      ),
      { numRuns: 150 },
    );
  });

  it('scans no more than the range of an index', async () => {
    const documents = Array.from({ length: 1000 }, (_, at) => ({ actor: at % 10, time: at }));
    const collection = await fill(documents, [index({ actor: 1, time: 1 })]);
    const where = decode(serialize({ actor: 3, time: { $gte: 500 } }));
    const { plan } = new Query(environment, collection, where, scope, parseSort(decode(serialize({ time: -1 }))));
    expect(plan).toMatchObject({ exact: true, sorted: true, reverse: true });
    expect(await new Query(environment, collection, where, scope).count()).toBe(50);
  });

  it('uses a unique index on all its fields before any other', async () => {
    const collection = await fill([], [index({ a: 1 }), index({ a: 1, b: 1 }, { unique: true })]);
    const query = new Query(environment, collection, decode(serialize({ a: 1, b: 2, c: 3 })), scope);
    expect(query.plan.index?.spec.unique).toBe(true);
    expect(query.plan.exact).toBe(false);
  });

  it('looks for values that are too long for a key without the index', async () => {
    const collection = await fill([{ a: 'x' }], [index({ a: 1 })]);
    expect(await find(collection, { a: 'x'.repeat(3000) }, {})).toEqual([]);
  });
});

describe('a collection', () => {
  it('keeps indexes and documents in agreement through changes', async () => {
    const operation = fc.tuple(fc.constantFrom('insert', 'replace', 'remove'), fc.nat({ max: 5 }), document);
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(operation, { maxLength: 25 }), async (operations) => {
        const name = `agree${(runs += 1)}`;
        const collection = await environment.write(() => {
          const made = catalog.ensure('test', name);
          for (const spec of specs) catalog.addIndex(made, spec);
          return made;
        });
        for (const [kind, id, doc] of operations) {
          const bytes = serialize({ _id: id, ...doc });
          await environment.write(() => {
            const existing = new Query(environment, collection, decode(serialize({ _id: id })), scope).first();
            if (kind === 'insert' && !existing) collection.insert({ bytes, doc: decode(bytes) });
            if (kind === 'replace' && existing) collection.replace(existing, bytes, decode(bytes));
            if (kind === 'remove' && existing) collection.remove(existing);
          });
        }
        const entries = collection.indexes.map(({ id }) => keysOf(id));
        const rebuilt = await environment.write(() => {
          const copy = catalog.ensure('test', `${name}copy`);
          for (const spec of specs) catalog.addIndex(copy, spec);
          const all = { index: undefined, ranges: [], reverse: false, sorted: true, exact: true };
          for (const stored of [...scan(environment, collection, all)])
            copy.insert({ bytes: stored.bytes, doc: stored.doc });
          return copy;
        });
        expect(rebuilt.indexes.map(({ id }) => keysOf(id).length)).toEqual(entries.map((keys) => keys.length));
      }),
      { numRuns: 40 },
    );
  });

  it('lists its documents in order of insertion', async () => {
    const collection = await environment.write(() => catalog.ensure('test', 'natural'));
    for (const id of ['z', 'a', 'm']) {
      await environment.write(() => collection.insert({ bytes: serialize({ _id: id }), doc: { _id: id } }));
    }
    const ids: unknown[] = [];
    for await (const batch of new Query(environment, collection, {}, scope).batches()) {
      ids.push(...batch.map(({ doc }) => doc._id));
    }
    expect(ids).toEqual(['z', 'a', 'm']);
  });
});

function keysOf(id: number): Buffer[] {
  const [start, end] = [Buffer.alloc(4), Buffer.alloc(4)];
  start.writeUInt32BE(id);
  end.writeUInt32BE(id + 1);
  return [...environment.indexes.getKeys({ start, end })];
}
