import type { Model } from 'mongoose';
import type { ActorDbid, ExecutionDbid, ExecutionId } from '@abaco/contract';
import type { Database } from './database.js';
import type { DeadLetterRecord, ExecutionRecord } from './execution-record.js';
import { isDuplicate } from './failures.js';
import { comesAfter, type PageRequest } from './page.js';

/** An execution that is a dead letter. */
export type DeadLetter = ExecutionRecord & { readonly dead_letter: DeadLetterRecord };

const isDead = { 'dead_letter.time': { $exists: true } } as const;
const byTime = { 'dead_letter.time': 1, _id: 1 } as const;

/**
 * Executions whose attempts are used up, with their messages. They are dead letters until somebody removes them, sends their message
 * again, or their time is over; their records stay.
 */
export class DeadLetterRepository {
  constructor(
    private readonly database: Database,
    private readonly model: Model<ExecutionRecord>,
    private readonly toRecord: (stored: ExecutionRecord) => ExecutionRecord,
    private readonly toStored: (record: ExecutionRecord) => Partial<ExecutionRecord>,
  ) {}

  /** Of one actor, the longest dead first. @param page one more than it holds, when there are more */
  async list(actor: ActorDbid, page: PageRequest): Promise<DeadLetter[]> {
    const stored = await this.database.run(() =>
      this.model
        .find({ actor_id: actor, ...isDead, ...comesAfter('dead_letter.time', page.after) })
        .sort(byTime)
        .limit(page.size + 1)
        .lean<ExecutionRecord[]>()
        .exec(),
    );
    return stored.map((record) => this.toRecord(record) as DeadLetter);
  }

  async find(execution: ExecutionDbid): Promise<DeadLetter | null> {
    const stored = await this.database.run(() =>
      this.model
        .findOne({ _id: execution, ...isDead })
        .lean<ExecutionRecord>()
        .exec(),
    );
    return stored && (this.toRecord(stored) as DeadLetter);
  }

  /** Those of an actor. */
  async count(actor: ActorDbid): Promise<number> {
    return this.database.run(() => this.model.countDocuments({ actor_id: actor, ...isDead }).exec());
  }

  /**
   * Decides, once, which execution runs the message again.
   * @returns the dead letter with `redriven_as`, which is `as` or what an earlier call decided; null: it is none
   */
  async beginRedrive(execution: ExecutionDbid, as: ExecutionId): Promise<DeadLetter | null> {
    const filter = { _id: execution, ...isDead, redriven_as: { $exists: false } };
    const stored = await this.database.run(() =>
      this.model
        .findOneAndUpdate(filter, { $set: { redriven_as: as } }, { returnDocument: 'after' })
        .lean<ExecutionRecord>()
        .exec(),
    );
    return stored ? (this.toRecord(stored) as DeadLetter) : this.find(execution);
  }

  /** Inserts the execution that runs the message again; nothing when an earlier call has done so. */
  async insertRedriven(execution: ExecutionRecord): Promise<void> {
    try {
      await this.database.run(() => this.model.insertOne(this.toStored(execution)));
    } catch (error) {
      if (!isDuplicate(error, '_id')) throw error;
    }
  }

  /** It is no dead letter any more. @returns it as it was, or null when it was none */
  async remove(execution: ExecutionDbid): Promise<DeadLetter | null> {
    const stored = await this.database.run(() =>
      this.model
        .findOneAndUpdate({ _id: execution, ...isDead }, { $unset: { dead_letter: 1 } }, { returnDocument: 'before' })
        .lean<ExecutionRecord>()
        .exec(),
    );
    return stored && (this.toRecord(stored) as DeadLetter);
  }

  /** Of all actors, those whose time is over; at most `limit`. */
  async listExpired(now: Date, limit: number): Promise<ExecutionDbid[]> {
    const found = await this.database.run(() =>
      this.model
        .find({ 'dead_letter.expires': { $lte: now } }, { _id: 1 })
        .limit(limit)
        .lean<{ _id: ExecutionDbid }[]>()
        .exec(),
    );
    return found.map(({ _id }) => _id);
  }
}
