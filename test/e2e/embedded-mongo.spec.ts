import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedMongo } from '@abaco/embedded';
import mongoose from 'mongoose';

const { MongoClient, Long, Int32, Double, Decimal128, Binary, ObjectId } = mongoose.mongo;
type Client = InstanceType<typeof MongoClient>;
type Fields = Record<string, unknown>;

let directory: string;
let server: EmbeddedMongo;
let client: Client;
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

/** A collection of its own for each test. */
function fresh<T extends mongoose.mongo.Document = Fields>(): mongoose.mongo.Collection<T> {
  return client.db('test').collection<T>(`c${(count += 1)}`);
}

describe('the embedded MongoDB through the official driver', () => {
  it('presents itself as a standalone server', async () => {
    const hello = await client.db('admin').command({ hello: 1 });
    expect(hello).toMatchObject({ isWritablePrimary: true, maxBsonObjectSize: 16 * 1024 * 1024, ok: 1 });
    expect(hello).not.toHaveProperty('setName');
    expect(await client.db('admin').command({ ping: 1 })).toEqual({ ok: 1 });
    expect(await client.db('admin').command({ buildInfo: 1 })).toMatchObject({ version: '7.0.0' });
  });

  it('returns every value with the type that was stored', async () => {
    const values = fresh<{ _id: number } & Fields>();
    const doc = {
      _id: 1,
      int: new Int32(1),
      double: new Double(1),
      long: Long.fromNumber(1),
      big: Long.fromBigInt(2n ** 62n),
      decimal: Decimal128.fromString('0.10'),
      binary: new Binary(Buffer.from('x'), 5),
      date: new Date(),
      nested: { list: [null, true, 'ü', new ObjectId(), /x/i] },
    };
    await values.insertOne(doc);
    await values.updateOne({ _id: 1 }, { $set: { changed: true } });
    const raw = { promoteValues: false, promoteLongs: false, promoteBuffers: false, bsonRegExp: false };
    const found = await values.findOne({ _id: 1 }, raw);
    expect(found).toEqual({ ...doc, _id: new Int32(1), changed: true });
  });

  it('stores _id first and the other fields in their order', async () => {
    const docs = fresh();
    await docs.insertOne({ b: 1, a: 2, _id: new ObjectId() });
    expect(Object.keys((await docs.findOne()) ?? {})).toEqual(['_id', 'b', 'a']);
  });

  it('hands out results in batches', async () => {
    const docs = fresh<{ _id: number }>();
    await docs.insertMany(Array.from({ length: 1000 }, (_, at) => ({ _id: at })));
    const cursor = docs.find().batchSize(7);
    const ids: number[] = [];
    for await (const { _id } of cursor) ids.push(_id);
    expect(ids).toEqual(Array.from({ length: 1000 }, (_, at) => at));
    expect(
      await docs
        .find()
        .skip(990)
        .limit(5)
        .map(({ _id }) => _id)
        .toArray(),
    ).toEqual([990, 991, 992, 993, 994]);
  });

  it('forgets a cursor that is closed', async () => {
    const docs = fresh<{ _id: number }>();
    await docs.insertMany(Array.from({ length: 10 }, (_, at) => ({ _id: at })));
    const { cursor } = await client.db('test').command({ find: docs.collectionName, batchSize: 2 });
    const { id } = cursor as { id: mongoose.mongo.Long };
    expect(await client.db('test').command({ killCursors: docs.collectionName, cursors: [id] })).toMatchObject({
      cursorsKilled: [id],
    });
    await expect(client.db('test').command({ getMore: id, collection: docs.collectionName })).rejects.toMatchObject({
      code: 43,
    });
  });

  it('refuses documents over 16 MB and keeps serving', async () => {
    const docs = fresh<{ _id: number } & Fields>();
    const almost = 'x'.repeat(16 * 1024 * 1024 - 100);
    await docs.insertOne({ _id: 1, almost });
    expect((await docs.findOne({ _id: 1 }))?.almost).toHaveLength(almost.length);
    await expect(docs.updateOne({ _id: 1 }, { $set: { more: 'x'.repeat(200) } })).rejects.toMatchObject({
      code: 10334,
    });
    expect(await docs.countDocuments({ more: { $exists: true } })).toBe(0);
  });

  it('names what it does not know', async () => {
    await expect(client.db('test').command({ frobnicate: 1 })).rejects.toMatchObject({
      code: 59,
      codeName: 'CommandNotFound',
    });
    await expect(fresh().find({ $where: 'true' }).toArray()).rejects.toMatchObject({ code: 238 });
    await expect(fresh().createIndex({ a: 'text' })).rejects.toMatchObject({ code: 238 });
    await expect(
      fresh()
        .aggregate([{ $out: 'x' }])
        .toArray(),
    ).rejects.toMatchObject({ code: 168 });
    await expect(
      fresh()
        .find({ a: 1 }, { collation: { locale: 'de' } })
        .toArray(),
    ).rejects.toMatchObject({ code: 238 });
  });

  it('refuses transactions', async () => {
    const session = client.startSession();
    try {
      session.startTransaction();
      await expect(fresh().insertOne({ a: 1 }, { session })).rejects.toThrow(
        'A transaction is not supported by the embedded database',
      );
    } finally {
      await session.endSession();
    }
  });

  it('reports each failed document of an unordered insert', async () => {
    const docs = fresh<{ _id: number }>();
    await docs.insertOne({ _id: 2 });
    const insert = docs.insertMany([{ _id: 1 }, { _id: 2 }, { _id: 3 }], { ordered: false });
    await expect(insert).rejects.toMatchObject({ code: 11000, writeErrors: [{ index: 1 }], insertedCount: 2 });
    expect(await docs.countDocuments()).toBe(3);
  });

  it('stops an ordered bulk write at its first failure', async () => {
    const docs = fresh<{ _id: number; n?: number }>();
    const bulk = docs.bulkWrite([
      { insertOne: { document: { _id: 1, n: 0 } } },
      { updateOne: { filter: { _id: 1 }, update: { $inc: { n: 1 } } } },
      { insertOne: { document: { _id: 1 } } },
      { deleteOne: { filter: { _id: 1 } } },
    ]);
    await expect(bulk).rejects.toMatchObject({ code: 11000 });
    expect(await docs.findOne({ _id: 1 })).toEqual({ _id: 1, n: 1 });
  });

  it('loses no update when many run at once', async () => {
    const docs = fresh<{ _id: number; n: number }>();
    await docs.insertOne({ _id: 1, n: 0 });
    await Promise.all(Array.from({ length: 200 }, () => docs.updateOne({ _id: 1 }, { $inc: { n: 1 } })));
    expect((await docs.findOne())?.n).toBe(200);
  });

  it('gives a lease to one of many', async () => {
    const docs = fresh<{ _id: number } & Fields>();
    await docs.insertOne({ _id: 1, lease: null, attempt: 0 });
    const free = { $or: [{ $eq: ['$lease', null] }, { $lt: ['$lease', '$$NOW'] }] };
    const claim = (worker: number) =>
      docs.findOneAndUpdate(
        { _id: 1, $expr: free },
        [{ $set: { lease: { $add: ['$$NOW', 60_000] }, worker, attempt: { $add: ['$attempt', 1] } } }],
        { returnDocument: 'after' },
      );
    const claims = await Promise.all(Array.from({ length: 20 }, (_, worker) => claim(worker)));
    expect(claims.filter((claimed) => claimed !== null)).toEqual([expect.objectContaining({ attempt: 1 })]);
  });

  it('updates and deletes many', async () => {
    const docs = fresh<{ _id: number } & Fields>();
    await docs.insertMany(Array.from({ length: 1000 }, (_, at) => ({ _id: at, even: at % 2 === 0 })));
    expect(await docs.updateMany({ even: true }, { $set: { seen: 1 } })).toMatchObject({
      matchedCount: 500,
      modifiedCount: 500,
    });
    expect(await docs.updateMany({ even: true }, { $set: { seen: 1 } })).toMatchObject({
      matchedCount: 500,
      modifiedCount: 0,
    });
    expect(await docs.deleteMany({ seen: 1 })).toMatchObject({ deletedCount: 500 });
    expect(await docs.estimatedDocumentCount()).toBe(500);
  });

  it('finds, changes and returns in one step', async () => {
    const docs = fresh<{ _id: number; n?: number; x?: number }>();
    await docs.insertMany([
      { _id: 1, n: 5 },
      { _id: 2, n: 3 },
    ]);
    expect(await docs.findOneAndUpdate({}, { $set: { x: 1 } }, { sort: { n: 1 }, projection: { n: 1 } })).toEqual({
      _id: 2,
      n: 3,
    });
    expect(await docs.findOneAndReplace({ _id: 2 }, { n: 9 }, { returnDocument: 'after' })).toEqual({ _id: 2, n: 9 });
    expect(await docs.findOneAndDelete({ _id: 1 })).toEqual({ _id: 1, n: 5 });
    expect(
      await docs.findOneAndUpdate({ _id: 7 }, { $inc: { n: 1 } }, { upsert: true, returnDocument: 'after' }),
    ).toEqual({
      _id: 7,
      n: 1,
    });
    expect(await docs.findOneAndUpdate({ _id: 8 }, { $inc: { n: 1 } })).toBeNull();
  });

  it('upserts once when the same upsert runs many times at once', async () => {
    const docs = fresh<{ key: string; n: number }>();
    await Promise.all(
      Array.from({ length: 30 }, () => docs.updateOne({ key: 'k' }, { $inc: { n: 1 } }, { upsert: true })),
    );
    expect(await docs.find({}, { projection: { _id: 0 } }).toArray()).toEqual([{ key: 'k', n: 30 }]);
  });

  it('projects fields, array parts and expressions', async () => {
    const docs = fresh<{ _id: number } & Fields>();
    await docs.insertOne({
      _id: 1,
      a: { b: 1, c: 2 },
      list: [1, 2, 3],
      items: [
        { x: 1, y: 1 },
        { x: 2, y: 2 },
      ],
    });
    const project = (projection: Fields) => docs.findOne({}, { projection });
    expect(await project({ 'a.b': 1, _id: 0 })).toEqual({ a: { b: 1 } });
    expect(await project({ a: 0, items: 0 })).toEqual({ _id: 1, list: [1, 2, 3] });
    expect(await project({ list: { $slice: -2 }, items: 0, a: 0 })).toEqual({ _id: 1, list: [2, 3] });
    expect(await project({ items: { $elemMatch: { x: 2 } } })).toEqual({ _id: 1, items: [{ x: 2, y: 2 }] });
    expect(await project({ 'items.x': 1 })).toEqual({ _id: 1, items: [{ x: 1 }, { x: 2 }] });
    expect(await project({ _id: 0, total: { $sum: '$list' } })).toEqual({ total: 6 });
    await expect(project({ a: 1, list: 0 })).rejects.toMatchObject({ code: 9 });
  });

  it('accepts sessions', async () => {
    const docs = fresh();
    await client.withSession((session) => docs.insertOne({ a: 1 }, { session }));
    expect(await docs.countDocuments()).toBe(1);
  });
});

describe('collections and databases', () => {
  it('are created, listed and dropped', async () => {
    const db = client.db('listing');
    await db.createCollection('one');
    await expect(db.createCollection('one')).rejects.toMatchObject({ code: 48 });
    await db.collection('two').insertOne({ a: 1 });
    const names = async (): Promise<string[]> => (await db.listCollections().toArray()).map(({ name }) => name).sort();
    expect(await names()).toEqual(['one', 'two']);
    expect(await db.collection('one').drop()).toBe(true);
    expect(await names()).toEqual(['two']);
    const { databases } = await client.db('admin').admin().listDatabases({ nameOnly: true });
    expect(databases).toContainEqual({ name: 'listing' });
    await db.dropDatabase();
    expect(await names()).toEqual([]);
    await db.collection('two').insertOne({ a: 2 });
    expect(await db.collection('two').countDocuments()).toBe(1);
  });
});
