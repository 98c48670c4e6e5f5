import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedMongo } from '@abaco/embedded';
import mongoose from 'mongoose';

const { MongoClient } = mongoose.mongo;

describe('the data directory of the embedded MongoDB', () => {
  let directory: string;

  beforeEach(() => (directory = mkdtempSync(join(tmpdir(), 'abaco-mongo-'))));
  afterEach(() => rmSync(directory, { recursive: true }));

  it('keeps what was acknowledged across a restart', async () => {
    const first = await EmbeddedMongo.start({ directory });
    const before = new MongoClient(first.uri('d'));
    await before.db().collection('c').createIndex({ a: 1 }, { unique: true });
    await before.db().collection('c').insertOne({ a: 1 });
    await before.close();
    await first.close();
    const second = await EmbeddedMongo.start({ directory });
    const after = new MongoClient(second.uri('d'));
    await expect(after.db().collection('c').insertOne({ a: 1 })).rejects.toMatchObject({ code: 11000 });
    await after.close();
    await second.close();
  });

  it('is used by one server at a time', async () => {
    const server = await EmbeddedMongo.start({ directory });
    await expect(EmbeddedMongo.start({ directory })).rejects.toMatchObject({ name: 'DirectoryInUse', directory });
    await server.close();
  });

  it('may hold a socket that a dead process left', async () => {
    const socketPath = join(directory, 's.sock');
    writeFileSync(socketPath, '');
    await expect(EmbeddedMongo.start({ directory, socketPath })).rejects.toThrow('not a socket');
    rmSync(socketPath);
    const started = await EmbeddedMongo.start({ directory, socketPath });
    await started.close();
    expect(existsSync(socketPath)).toBe(false);
  });

  it('must have a path short enough for a socket', async () => {
    const socketPath = join(directory, 'x'.repeat(120));
    await expect(EmbeddedMongo.start({ directory: join(directory, 'other'), socketPath })).rejects.toThrow('107');
  });
});
