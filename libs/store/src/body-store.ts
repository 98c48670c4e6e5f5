import { Readable } from 'node:stream';
import { mongo } from 'mongoose';
import type { ActorDbid, ExecutionDbid } from '@abaco/contract';
import { fromNow } from './database-time.js';
import type { Database } from './database.js';
import { BodyMissing } from './errors.js';
import { storeError } from './failures.js';

const BUCKET = 'bodies';
/** Bytes handed to the bucket at once: it writes the chunks of one piece in parallel, a large piece would flood the server. */
const PIECE_BYTES = 1_048_576;
/** How often an upload says that it goes on, milliseconds. */
const RENEW_EVERY_MS = 60_000;

interface BodyFile {
  readonly _id: ExecutionDbid;
  readonly uploadDate: Date;
  readonly metadata: { readonly actor_id: ActorDbid };
}

interface BodyChunk {
  readonly files_id: ExecutionDbid;
}

/** An upload under way, or one whose process died: GridFS writes the file after its chunks, which nothing else would tell of. */
interface BodyUpload {
  readonly _id: ExecutionDbid;
  /** In database time. */
  readonly active: Date;
}

/** Large and binary message bodies (GridFS). */
export class BodyStore {
  private readonly bucket: mongo.GridFSBucket;
  private readonly files: mongo.Collection<BodyFile>;
  private readonly chunks: mongo.Collection<BodyChunk>;
  private readonly uploads: mongo.Collection<BodyUpload>;

  constructor(private readonly database: Database) {
    this.bucket = database.bucket(BUCKET);
    this.files = database.collection<BodyFile>(`${BUCKET}.files`);
    this.chunks = database.collection<BodyChunk>(`${BUCKET}.chunks`);
    this.uploads = database.collection<BodyUpload>(`${BUCKET}.uploads`);
  }

  /** Builds the indexes that GridFS asks for, and the one to find the bodies of an actor. */
  async createIndexes(): Promise<void> {
    await this.files.createIndex({ filename: 1, uploadDate: 1 });
    await this.files.createIndex({ 'metadata.actor_id': 1 });
    await this.chunks.createIndex({ files_id: 1, n: 1 }, { unique: true });
  }

  /**
   * Streams a body in. On any error nothing is left, unless the database is gone; what is unread of the source is the
   * caller's, who may still want to answer on its connection. @returns its length in bytes.
   */
  async write(execution: ExecutionDbid, actor: ActorDbid, body: Readable | Buffer): Promise<number> {
    // GridFS ids may be of any type; the driver's own type for them knows ObjectId alone.
    const id = execution as unknown as mongo.ObjectId;
    const upload = this.bucket.openUploadStreamWithId(id, execution, { metadata: { actor_id: actor } });
    upload.on('error', () => undefined); // every error comes back from write() and end() as well
    try {
      await this.markUpload(execution);
      let renewAt = performance.now() + RENEW_EVERY_MS;
      for await (const piece of pieces(body)) {
        await this.database.run(() => write(upload, piece));
        if (performance.now() < renewAt) continue;
        await this.markUpload(execution);
        renewAt = performance.now() + RENEW_EVERY_MS;
      }
      await this.database.run(() => end(upload));
      await this.forgetUpload(execution).catch(() => undefined); // it is complete: the sweep forgets it, too
      return upload.length;
    } catch (error) {
      upload.destroy();
      await this.delete(execution).catch(() => undefined); // the first error counts: most likely the same
      throw storeError(error);
    }
  }

  /** The stream ends in StoreUnavailable when the database fails on the way. @throws BodyMissing */
  async open(execution: ExecutionDbid): Promise<Readable> {
    const file = await this.database.run(() => this.files.findOne({ _id: execution }, { projection: { _id: 1 } }));
    if (file === null) throw new BodyMissing(execution);
    const download = this.bucket.openDownloadStream(execution as unknown as mongo.ObjectId);
    return Readable.from(content(download, execution), { objectMode: false });
  }

  /** @throws BodyMissing */
  async read(execution: ExecutionDbid): Promise<Buffer> {
    const parts: Buffer[] = [];
    for await (const part of await this.open(execution)) parts.push(part as Buffer);
    return Buffer.concat(parts);
  }

  async delete(execution: ExecutionDbid): Promise<void> {
    // chunks first: the file tells the sweep of what a crash leaves in between
    await this.database.run(() => this.chunks.deleteMany({ files_id: execution }));
    await this.database.run(() => this.files.deleteOne({ _id: execution }));
    // the mark of an upload that failed stays for the sweep: chunks that were under way may still arrive
  }

  /**
   * Removes what is left of uploads whose process died: those that have not gone on for `silentMs`.
   * @returns how many
   */
  async sweepUploads(silentMs: number): Promise<number> {
    let removed = 0;
    const silent = { $expr: { $lte: ['$active', fromNow(-silentMs)] } };
    for (const { _id } of await this.database.run(() => this.uploads.find(silent).toArray())) {
      if (await this.database.run(() => this.files.findOne({ _id }, { projection: { _id: 1 } }))) {
        await this.forgetUpload(_id);
      } else {
        await this.delete(_id);
        await this.forgetUpload(_id);
        removed++;
      }
    }
    return removed;
  }

  /** Executions with a body, in order of their ids. @param after the last one of the page before */
  async list(after: ExecutionDbid | undefined, limit: number): Promise<{ execution: ExecutionDbid; stored: Date }[]> {
    const filter = after === undefined ? {} : { _id: { $gt: after } };
    const files = await this.database.run(() =>
      this.files
        .find(filter, { projection: { uploadDate: 1 } })
        .sort({ _id: 1 })
        .limit(limit)
        .toArray(),
    );
    return files.map(({ _id, uploadDate }) => ({ execution: _id, stored: uploadDate }));
  }

  /** Removes all bodies of an actor that is deleted. */
  async deleteByActor(actor: ActorDbid): Promise<void> {
    const files = await this.database.run(() =>
      this.files.find({ 'metadata.actor_id': actor }, { projection: { _id: 1 } }).toArray(),
    );
    for (const { _id } of files) await this.delete(_id);
  }

  private async markUpload(execution: ExecutionDbid): Promise<void> {
    const active = [{ $set: { active: '$$NOW' } }];
    await this.database.run(() => this.uploads.updateOne({ _id: execution }, active, { upsert: true }));
  }

  private async forgetUpload(execution: ExecutionDbid): Promise<void> {
    await this.database.run(() => this.uploads.deleteOne({ _id: execution }));
  }
}

async function* pieces(body: Readable | Buffer): AsyncGenerator<Buffer> {
  for await (const part of Buffer.isBuffer(body) ? [body] : body.iterator({ destroyOnReturn: false })) {
    const bytes = Buffer.isBuffer(part) ? part : Buffer.from(part as Uint8Array);
    for (let start = 0; start < bytes.length; start += PIECE_BYTES) yield bytes.subarray(start, start + PIECE_BYTES);
  }
}

const write = (upload: mongo.GridFSBucketWriteStream, piece: Buffer): Promise<void> =>
  new Promise((resolve, reject) => {
    upload.write(piece, (error) => (error ? reject(error) : resolve()));
  });

const end = (upload: mongo.GridFSBucketWriteStream): Promise<void> =>
  new Promise((resolve, reject) => {
    // not by the callback of `end`, which is called after a failure as well
    upload.once('error', reject);
    upload.once('finish', resolve);
    upload.end();
  });

async function* content(download: mongo.GridFSBucketReadStream, execution: ExecutionDbid): AsyncGenerator<Buffer> {
  try {
    for await (const part of download) yield part as Buffer;
  } catch (error) {
    throw error instanceof mongo.MongoGridFSChunkError ? new BodyMissing(execution) : storeError(error);
  }
}
