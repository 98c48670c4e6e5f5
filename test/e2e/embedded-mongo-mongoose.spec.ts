import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { EmbeddedMongo } from '@abaco/embedded';
import mongoose from 'mongoose';

let directory: string;
let server: EmbeddedMongo;
let connection: mongoose.Connection;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'abaco-mongo-'));
  server = await EmbeddedMongo.start({ directory });
  connection = await mongoose.createConnection(server.uri('test')).asPromise();
});
afterAll(async () => {
  await connection.close();
  await server.close();
  rmSync(directory, { recursive: true });
});

describe('mongoose on the embedded MongoDB', () => {
  it('builds indexes, saves, changes and populates', async () => {
    const ownerSchema = new mongoose.Schema({ name: { type: String, unique: true } });
    const petSchema = new mongoose.Schema(
      { name: String, tags: [String], owner: { type: mongoose.Schema.Types.ObjectId, ref: 'Owner' } },
      { timestamps: true },
    );
    const Owner = connection.model('Owner', ownerSchema);
    const Pet = connection.model('Pet', petSchema);
    await Promise.all([Owner.init(), Pet.init()]);
    const owner = await Owner.create({ name: 'Ann' });
    await expect(Owner.create({ name: 'Ann' })).rejects.toMatchObject({ code: 11000, keyValue: { name: 'Ann' } });
    const pet = await Pet.create({ name: 'Rex', tags: ['dog'], owner: owner._id });
    pet.tags.push('old');
    await pet.save();
    const found = await Pet.findOne({ tags: 'old' }).populate<{ owner: { name: string } }>('owner').orFail();
    expect(found.owner.name).toBe('Ann');
    expect(found.tags).toEqual(['dog', 'old']);
    expect(await Pet.countDocuments({ createdAt: { $lte: new Date() } })).toBe(1);
    expect(
      await Pet.findOneAndUpdate({ name: 'Rex' }, { name: 'Max' }, { returnDocument: 'after' }).lean(),
    ).toMatchObject({
      name: 'Max',
    });
    expect(await Pet.deleteMany({})).toMatchObject({ deletedCount: 1 });
  });

  it('rejects a stale version of a document', async () => {
    const schema = new mongoose.Schema({ list: [Number] }, { optimisticConcurrency: true });
    const List = connection.model('List', schema);
    const { _id } = await List.create({ list: [1] });
    const [first, second] = [await List.findById(_id).orFail(), await List.findById(_id).orFail()];
    first.list.push(2);
    await first.save();
    second.list.push(3);
    await expect(second.save()).rejects.toThrow('No matching document');
  });

  it('streams with a cursor', async () => {
    const Row = connection.model('Row', new mongoose.Schema({ n: Number }));
    await Row.insertMany(Array.from({ length: 300 }, (_, n) => ({ n })));
    let sum = 0;
    for await (const row of Row.find().sort({ n: -1 }).cursor({ batchSize: 20 })) sum += row.n ?? 0;
    expect(sum).toBe((299 * 300) / 2);
  });
});

describe('GridFS on the embedded MongoDB', () => {
  function bucket(): mongoose.mongo.GridFSBucket {
    const { db } = connection;
    if (!db) throw new Error('not connected');
    return new mongoose.mongo.GridFSBucket(db, { bucketName: 'bodies' });
  }

  it('stores files and reads them whole, in part, and by name', async () => {
    const files = bucket();
    const content = randomBytes(1_000_000);
    const upload = files.openUploadStream('file', { metadata: { kind: 'test' } });
    await pipeline(Readable.from([content.subarray(0, 300_000), content.subarray(300_000)]), upload);
    expect((await buffer(files.openDownloadStream(upload.id))).equals(content)).toBe(true);
    expect((await buffer(files.openDownloadStreamByName('file'))).equals(content)).toBe(true);
    const part = await buffer(files.openDownloadStream(upload.id, { start: 255_000, end: 600_000 }));
    expect(part.equals(content.subarray(255_000, 600_000))).toBe(true);
    expect(await files.find({ 'metadata.kind': 'test' }).toArray()).toMatchObject([
      { filename: 'file', length: 1_000_000 },
    ]);
  });

  it('deletes files with their chunks', async () => {
    const files = bucket();
    const upload = files.openUploadStream('gone');
    await pipeline(Readable.from([Buffer.from('x')]), upload);
    await files.delete(upload.id);
    expect(await connection.collection('bodies.chunks').countDocuments({ files_id: upload.id })).toBe(0);
    await expect(buffer(files.openDownloadStream(upload.id))).rejects.toThrow('FileNotFound');
  });
});
