import type { Model, mongo } from 'mongoose';
import type { ExecutionDbid } from '@abaco/contract';
import type { Database } from './database.js';
import { isDuplicate } from './failures.js';
import { type ResultEntry, resultSchema } from './result-schema.js';

/** Expiry dates that are this near to the wanted one stay: reading n results would write n² times otherwise. */
const EXPIRY_SLACK_MS = 60_000;

/** Results that actors sent over their socket; each is read once, in order, and expires. */
export class ResultRepository {
  private readonly model: Model<ResultEntry>;

  constructor(private readonly database: Database) {
    this.model = database.model('Result', resultSchema);
  }

  /**
   * Adds an entry; writing the same (execution, attempt, seq) twice is one entry.
   * @param entry.expires absolute; contract: 20 minutes without access.
   */
  async append(entry: ResultEntry): Promise<void> {
    try {
      await this.database.run(() => this.model.insertOne(entry));
    } catch (error) {
      if (!isDuplicate(error, 'seq')) throw error; // else a repeated append: the entry is there
    }
  }

  /** Those of these executions that have a result to be read. */
  async executionsWithResults(executions: readonly ExecutionDbid[]): Promise<ExecutionDbid[]> {
    const filter = { execution: { $in: executions }, $expr: { $gt: ['$expires', '$$NOW'] } };
    return this.database.run(() => this.model.distinct('execution', filter).exec());
  }

  /** Takes the oldest entry away and returns it; pushes the expiry of the others to `expires`, within a minute. */
  async pop(execution: ExecutionDbid, expires: Date): Promise<Buffer | null> {
    const entry = await this.database.run(() =>
      this.model
        .findOneAndDelete({ execution, $expr: { $gt: ['$expires', '$$NOW'] } })
        .sort({ attempt: 1, seq: 1 })
        .lean<{ data: mongo.Binary }>()
        .exec(),
    );
    if (entry === null) return null;
    await this.database.run(() =>
      this.model
        .updateMany(
          { execution, expires: { $lt: new Date(expires.getTime() - EXPIRY_SLACK_MS) } },
          { $set: { expires } },
        )
        .exec(),
    );
    return Buffer.from(entry.data.value());
  }
}
