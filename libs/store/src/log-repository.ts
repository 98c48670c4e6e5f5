import type { Model } from 'mongoose';
import type { ActorDbid, ExecutionDbid, TenantId } from '@abaco/contract';
import type { Database } from './database.js';
import { isDuplicate } from './failures.js';
import { type LogChunk, logSchema } from './log-schema.js';

/** Chunks that the TTL monitor, which comes once a minute, has not removed yet do not count any more. */
export const notExpired = { $or: [{ expires: null }, { $expr: { $gt: ['$expires', '$$NOW'] } }] };

/** Chunks removed with one command: it must take much less than an operation may. */
const DELETION_BATCH = 1_000;

/** Which chunk of a log somebody has read last. */
export type LogPosition = Pick<LogChunk, 'attempt' | 'seq'>;

/** Logs of executions, in chunks, each with an absolute expiry date (TTL index). */
export class LogRepository {
  private readonly model: Model<LogChunk>;

  constructor(private readonly database: Database) {
    this.model = database.model('LogChunk', logSchema);
  }

  /** Adds a chunk. `seq` from 0 orders the chunks of one attempt; writing the same (execution, attempt, seq) twice is one chunk. */
  async append(chunk: Omit<LogChunk, 'bytes'>): Promise<void> {
    try {
      await this.database.run(() => this.model.insertOne({ ...chunk, bytes: Buffer.byteLength(chunk.text) }));
    } catch (error) {
      if (!isDuplicate(error, 'seq')) throw error; // else a repeated append: the chunk is there
    }
  }

  /** Bytes of all logs of a tenant, those that expire this minute included. */
  async bytesOf(tenant: TenantId): Promise<number> {
    const [sum] = await this.database.run(() =>
      this.model
        .aggregate<{ bytes: number }>([
          { $match: { tenant } },
          { $project: { _id: 0, bytes: 1 } },
          { $group: { _id: null, bytes: { $sum: '$bytes' } } },
        ])
        .exec(),
    );
    return sum?.bytes ?? 0;
  }

  /** The text of the highest attempt that has one; `""` when there is none or it has expired. */
  async read(execution: ExecutionDbid): Promise<string> {
    const attempt = await this.lastAttempt(execution);
    if (attempt === undefined) return '';
    const chunks = await this.database.run(() =>
      this.model
        .find({ execution, attempt, ...notExpired }, 'text')
        .sort({ seq: 1 })
        .lean<Pick<LogChunk, 'text'>[]>()
        .exec(),
    );
    return chunks.map(({ text }) => text).join('');
  }

  /**
   * The chunks of the highest attempt that has any, oldest first: those after `position`, or all when it is of an earlier
   * attempt or missing. @param limit most chunks
   */
  async readAfter(
    execution: ExecutionDbid,
    position: LogPosition | undefined,
    limit: number,
  ): Promise<(LogPosition & Pick<LogChunk, 'text'>)[]> {
    const attempt = await this.lastAttempt(execution);
    if (attempt === undefined) return [];
    const seq = { $gt: position?.attempt === attempt ? position.seq : -1 };
    return this.database.run(() =>
      this.model
        .find({ execution, attempt, seq, ...notExpired }, 'attempt seq text')
        .sort({ seq: 1 })
        .limit(limit)
        .lean<(LogPosition & Pick<LogChunk, 'text'>)[]>()
        .exec(),
    );
  }

  private async lastAttempt(execution: ExecutionDbid): Promise<number | undefined> {
    const last = await this.database.run(() =>
      this.model
        .findOne({ execution, ...notExpired }, 'attempt')
        .sort({ attempt: -1 })
        .lean<Pick<LogChunk, 'attempt'>>()
        .exec(),
    );
    return last?.attempt;
  }

  async deleteByActor(actor: ActorDbid): Promise<void> {
    for (let isFull = true; isFull;) {
      const batch = await this.database.run(() =>
        this.model.find({ actor }, { _id: 1 }).limit(DELETION_BATCH).lean<{ _id: unknown }[]>().exec(),
      );
      isFull = batch.length === DELETION_BATCH;
      await this.database.run(() => this.model.deleteMany({ _id: { $in: batch.map(({ _id }) => _id) } }).exec());
    }
  }
}
