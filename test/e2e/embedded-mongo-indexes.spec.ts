import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedMongo } from '@abaco/embedded';
import mongoose from 'mongoose';

const { MongoClient } = mongoose.mongo;
type Fields = Record<string, unknown>;

let directory: string;
let server: EmbeddedMongo;
let client: InstanceType<typeof MongoClient>;
let count = 0;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'abaco-mongo-'));
  server = await EmbeddedMongo.start({ directory });
  client = new MongoClient(server.uri('test'));
});
afterAll(async () => {
  await client.close();
  await server.close();
  rmSync(directory, { recursive: true });
});

function fresh(): mongoose.mongo.Collection<Fields> {
  return client.db('test').collection<Fields>(`c${(count += 1)}`);
}

describe('unique indexes', () => {
  it('refuse a second document with the same values and say which', async () => {
    const docs = fresh();
    await docs.createIndex({ actor: 1, slot: -1 }, { unique: true });
    await docs.insertOne({ actor: 'a', slot: 1 });
    await docs.insertOne({ actor: 'a', slot: 2 });
    await expect(docs.insertOne({ actor: 'a', slot: 1 })).rejects.toMatchObject({
      code: 11000,
      keyPattern: { actor: 1, slot: -1 },
      keyValue: { actor: 'a', slot: 1 },
      message: expect.stringMatching(
        /^E11000 duplicate key error collection: test\.c\d+ index: actor_1_slot_-1 dup key: \{ actor: "a", slot: 1 \}$/,
      ) as string,
    });
    await expect(docs.updateOne({ slot: 2 }, { $set: { slot: 1 } })).rejects.toMatchObject({ code: 11000 });
    expect(await docs.countDocuments({ slot: 2 })).toBe(1);
  });

  it('count a missing value as null, unless they are sparse', async () => {
    const [dense, sparse] = [fresh(), fresh()];
    await dense.createIndex({ key: 1 }, { unique: true });
    await sparse.createIndex({ key: 1 }, { unique: true, sparse: true });
    await dense.insertOne({});
    await expect(dense.insertOne({ key: null })).rejects.toMatchObject({ code: 11000 });
    await sparse.insertMany([{}, {}, { key: 1 }]);
    await expect(sparse.insertOne({ key: 1 })).rejects.toMatchObject({ code: 11000 });
    expect(await sparse.countDocuments({})).toBe(3);
    expect(await sparse.find().sort({ key: 1 }).toArray()).toHaveLength(3);
  });

  it('hold only what a partial filter accepts', async () => {
    const docs = fresh();
    await docs.createIndex(
      { actor: 1, key: 1 },
      { unique: true, partialFilterExpression: { key: { $exists: true }, live: true } },
    );
    await docs.insertMany([{ actor: 1 }, { actor: 1 }, { actor: 1, key: 'k' }, { actor: 1, key: 'k', live: false }]);
    await docs.insertOne({ actor: 1, key: 'k', live: true });
    await expect(docs.insertOne({ actor: 1, key: 'k', live: true })).rejects.toMatchObject({ code: 11000 });
    await expect(docs.updateMany({ live: false }, { $set: { live: true } })).rejects.toMatchObject({ code: 11000 });
    expect(await docs.countDocuments({ actor: 1, key: 'k', live: true })).toBe(1);
    expect(await docs.countDocuments({ actor: 1 })).toBe(5);
  });

  it('treat numbers of different types as equal', async () => {
    const docs = fresh();
    await docs.createIndex({ n: 1 }, { unique: true });
    await docs.insertOne({ n: mongoose.mongo.Long.fromNumber(1) });
    await expect(docs.insertOne({ n: new mongoose.mongo.Double(1) })).rejects.toMatchObject({ code: 11000 });
    expect(await docs.countDocuments({ n: mongoose.mongo.Decimal128.fromString('1.0') })).toBe(1);
  });

  it('cannot be built over documents that break them', async () => {
    const docs = fresh();
    await docs.insertMany([{ a: 1 }, { a: 1 }]);
    await expect(docs.createIndex({ a: 1 }, { unique: true })).rejects.toMatchObject({ code: 11000 });
    expect(await docs.indexes()).toHaveLength(1);
    await docs.insertOne({ a: 1 });
  });

  it('let one of many concurrent inserts through', async () => {
    const docs = fresh();
    await docs.createIndex({ slot: 1 }, { unique: true });
    const inserts = await Promise.allSettled(Array.from({ length: 50 }, () => docs.insertOne({ slot: 0 })));
    expect(inserts.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });
});

describe('indexes', () => {
  it('find array elements', async () => {
    const docs = fresh();
    await docs.createIndex({ 'items.name': 1, 'items.size': 1 });
    await docs.insertOne({
      items: [
        { name: 'a', size: 1 },
        { name: 'b', size: 2 },
      ],
    });
    expect(await docs.countDocuments({ 'items.name': 'b' })).toBe(1);
    expect(await docs.countDocuments({ 'items.name': 'a', 'items.size': 2 })).toBe(1);
    expect(await docs.countDocuments({ items: { $elemMatch: { name: 'a', size: 2 } } })).toBe(0);
  });

  it('refuse two arrays in one key', async () => {
    const docs = fresh();
    await docs.createIndex({ a: 1, b: 1 });
    await expect(docs.insertOne({ a: [1], b: [2] })).rejects.toMatchObject({ code: 171 });
    expect(await docs.countDocuments()).toBe(0);
  });

  it('refuse values that are too long for a key', async () => {
    const docs = fresh();
    await docs.createIndex({ a: 1 });
    await expect(docs.insertOne({ a: 'x'.repeat(2000) })).rejects.toMatchObject({ code: 17280 });
    await docs.insertOne({ a: 'x'.repeat(1950) });
    expect(await docs.countDocuments({ a: 'x'.repeat(1950) })).toBe(1);
  });

  it('are listed, found existing and dropped', async () => {
    const docs = fresh();
    expect(await docs.createIndexes([{ key: { a: 1 } }, { key: { b: -1 }, sparse: true, name: 'bees' }])).toEqual([
      'a_1',
      'bees',
    ]);
    await docs.createIndex({ a: 1 });
    expect(await docs.indexes()).toEqual([
      { v: 2, key: { _id: 1 }, name: '_id_' },
      { v: 2, key: { a: 1 }, name: 'a_1' },
      { v: 2, key: { b: -1 }, name: 'bees', sparse: true },
    ]);
    await expect(docs.createIndex({ a: 1 }, { unique: true })).rejects.toMatchObject({ code: 85 });
    await expect(docs.createIndex({ c: 1 }, { name: 'bees' })).rejects.toMatchObject({ code: 86 });
    await docs.dropIndex('bees');
    await expect(docs.dropIndex('bees')).rejects.toMatchObject({ code: 27 });
    expect(await docs.indexes()).toHaveLength(2);
    await expect(client.db('test').collection('none').indexes()).rejects.toMatchObject({ code: 26 });
  });
});

describe('TTL indexes', () => {
  it('remove what has expired, and nothing else', async () => {
    const docs = fresh();
    await docs.createIndex({ expires: 1 }, { expireAfterSeconds: 0 });
    await docs.createIndex({ seen: 1 }, { expireAfterSeconds: 60 });
    const ago = (seconds: number): Date => new Date(Date.now() - seconds * 1000);
    await docs.insertMany([
      { name: 'past', expires: ago(1) },
      { name: 'future', expires: ago(-60) },
      { name: 'never', expires: null },
      { name: 'text', expires: 'soon' },
      { name: 'seen long ago', seen: ago(61) },
      { name: 'seen just now', seen: ago(30) },
    ]);
    await server.sweepExpired();
    expect((await docs.find().toArray()).map(({ name }) => name)).toEqual(['future', 'never', 'text', 'seen just now']);
  });
});

describe('aggregation', () => {
  const sales = [
    { _id: 1, shop: 'a', items: ['x', 'y'], amount: 10, at: new Date('2026-01-05T10:00:00Z') },
    { _id: 2, shop: 'b', items: ['x'], amount: 20.5, at: new Date('2026-01-06T10:00:00Z') },
    { _id: 3, shop: 'a', items: [], amount: 30, at: new Date('2026-02-01T10:00:00Z') },
  ];
  let docs: mongoose.mongo.Collection<Fields>;
  const run = (...stages: Fields[]): Promise<Fields[]> => docs.aggregate<Fields>(stages).toArray();

  beforeAll(async () => {
    docs = fresh();
    await docs.insertMany(sales.map((sale) => ({ ...sale })) as Fields[]);
  });

  it('groups', async () => {
    const group = {
      _id: '$shop',
      total: { $sum: '$amount' },
      mean: { $avg: '$amount' },
      n: { $sum: 1 },
      last: { $max: '$at' },
    };
    expect(await run({ $group: group }, { $sort: { _id: 1 } })).toEqual([
      { _id: 'a', total: 40, mean: 20, n: 2, last: sales[2]?.at },
      { _id: 'b', total: 20.5, mean: 20.5, n: 1, last: sales[1]?.at },
    ]);
    expect(await docs.countDocuments({ shop: 'a' })).toBe(2);
    expect(await docs.distinct('items')).toEqual(['x', 'y']);
  });

  it('matches, sorts, limits and skips', async () => {
    expect(
      await run({ $match: { amount: { $gt: 5 } } }, { $sort: { amount: -1 } }, { $skip: 1 }, { $limit: 1 }),
    ).toEqual([sales[1]]);
    expect(await run({ $sort: { amount: -1 } }, { $limit: 1 }, { $project: { amount: 1 } })).toEqual([
      { _id: 3, amount: 30 },
    ]);
    expect(await run({ $match: { shop: 'a' } }, { $count: 'n' })).toEqual([{ n: 2 }]);
  });

  it('unwinds and joins', async () => {
    expect(await run({ $unwind: '$items' }, { $sortByCount: '$items' })).toEqual([
      { _id: 'x', count: 2 },
      { _id: 'y', count: 1 },
    ]);
    const lookup = { from: docs.collectionName, localField: 'shop', foreignField: 'shop', as: 'same' };
    expect(await run({ $match: { _id: 1 } }, { $lookup: lookup }, { $project: { n: { $size: '$same' } } })).toEqual([
      { _id: 1, n: 2 },
    ]);
    const facets = { big: [{ $match: { amount: { $gt: 20 } } }, { $count: 'n' }], all: [{ $count: 'n' }] };
    expect(await run({ $facet: facets })).toEqual([{ big: [{ n: 2 }], all: [{ n: 3 }] }]);
  });

  it.each<[Fields | string, unknown]>([
    [{ $concat: ['$shop', '-', { $toString: '$_id' }] }, 'a-1'],
    [{ $cond: [{ $gte: ['$amount', 10] }, 'big', 'small'] }, 'big'],
    [{ $switch: { branches: [{ case: { $eq: ['$shop', 'b'] }, then: 1 }], default: 2 } }, 2],
    [{ $ifNull: ['$none', 'other'] }, 'other'],
    [{ $dateAdd: { startDate: '$at', unit: 'month', amount: 1 } }, new Date('2026-02-05T10:00:00Z')],
    [{ $dateDiff: { startDate: '$at', endDate: new Date('2026-01-07T00:00:00Z'), unit: 'day' } }, 2],
    [{ $subtract: ['$at', new Date('2026-01-05T09:59:59Z')] }, 1000],
    [{ $dateToString: { date: '$at', format: '%Y/%m/%d %H:%M' } }, '2026/01/05 10:00'],
    [{ $map: { input: '$items', as: 'i', in: { $toUpper: '$$i' } } }, ['X', 'Y']],
    [{ $filter: { input: '$items', cond: { $ne: ['$$this', 'x'] } } }, ['y']],
    [{ $reduce: { input: [1, 2, 3], initialValue: 0, in: { $add: ['$$value', '$$this'] } } }, 6],
    [{ $let: { vars: { x: { $multiply: ['$amount', 2] } }, in: { $divide: ['$$x', 4] } } }, 5],
    [{ $mergeObjects: [{ a: 1 }, { b: '$shop' }] }, { a: 1, b: 'a' }],
    [{ $arrayElemAt: ['$items', -1] }, 'y'],
    [{ $round: [2.345, 2] }, 2.35],
    [{ $round: [0.125, 2] }, 0.12],
    [{ $round: [-1250, -2] }, -1200],
    [{ $trunc: [-2.349, 2] }, -2.34],
    [{ $round: 2.5 }, 2],
    [{ $mod: [7, 4] }, 3],
    [{ $max: ['$amount', 50] }, 50],
    [
      {
        $setUnion: [
          [1, 2],
          [2, 3],
        ],
      },
      [1, 2, 3],
    ],
    [{ $regexMatch: { input: '$shop', regex: '^A$', options: 'i' } }, true],
    [{ $split: ['a,b', ','] }, ['a', 'b']],
    [{ $type: '$at' }, 'date'],
    [{ $toInt: '12' }, 12],
    [{ $convert: { input: 'x', to: 'int', onError: -1 } }, -1],
    [{ $year: '$at' }, 2026],
    [{ $in: ['x', '$items'] }, true],
    ['$$ROOT.shop', 'a'],
  ])('evaluates %j', async (expression, expected) => {
    expect(await run({ $match: { _id: 1 } }, { $project: { _id: 0, value: expression } })).toEqual([
      { value: expected },
    ]);
  });

  it('refuses expressions that it does not know', async () => {
    await expect(run({ $project: { a: { $function: {} } } })).rejects.toMatchObject({ code: 168 });
    await expect(run({ $project: { a: { $divide: ['$amount', 0] } } })).rejects.toMatchObject({ code: 2 });
    await expect(run({ $project: { a: { $year: { date: '$at', timezone: 'Europe/Berlin' } } } })).rejects.toMatchObject(
      { code: 238 },
    );
  });
});
