import { inspect, isDeepStrictEqual } from 'node:util';
import type { mongo } from 'mongoose';
import { eventually } from '../../support/eventually.js';

type StoredExecution = { readonly _id: string; readonly actor_id: string; readonly status: string } & Record<
  string,
  unknown
>;

/**
 * What a test knows of its messages, against what the store says: each accepted one has exactly one record, which becomes final
 * once and never changes again; what was not accepted has none that could still run.
 */
export class Ledger {
  private readonly accepted = new Set<string>();
  private readonly final = new Map<string, StoredExecution>();
  private readonly changed: string[] = [];

  constructor(private readonly database: mongo.Db) {}

  /** @param execution public id, as the answer to the message gives it */
  accept(execution: string): void {
    this.accepted.add(execution);
  }

  has(execution: string): boolean {
    return this.accepted.has(execution);
  }

  /** Looks at all records. @returns how many are not final */
  async look(): Promise<number> {
    let open = 0;
    const found = this.database.collection<StoredExecution>('executions').find();
    for await (const execution of found) {
      const before = this.final.get(execution._id);
      const now = withoutEvents(execution);
      if (before && !isDeepStrictEqual(withoutDeadLetter(before, now), now))
        this.changed.push(`${execution._id} (${difference(before, now)})`);
      if (execution.status === 'COMPLETE' || execution.status === 'ERROR') this.final.set(execution._id, now);
      else open++;
    }
    return open;
  }

  /**
   * Waits until nothing is under way, and compares.
   * @returns the final records by public id
   */
  async settled(deadlineMs = 120_000): Promise<ReadonlyMap<string, StoredExecution>> {
    await eventually('every execution is final', async () => (await this.look()) === 0, deadlineMs);
    const records = new Map([...this.final.values()].map((record) => [String(record.id), record]));
    const missing = [...this.accepted].filter((id) => !records.has(id));
    if (missing.length > 0) throw new Error(`Accepted, and without a record: ${missing.join(', ')}`);
    if (this.changed.length > 0) throw new Error(`Changed after their end: ${this.changed.join(', ')}`);
    if (records.size !== this.final.size) throw new Error('Two records have the same id.');
    return records;
  }
}

/** Users may remove dead letters. */
function withoutDeadLetter({ dead_letter, ...before }: StoredExecution, now: StoredExecution): StoredExecution {
  return now.dead_letter === undefined ? before : { dead_letter, ...before };
}

/** The members that are not the same, as they were and are. */
function difference(before: StoredExecution, now: StoredExecution): string {
  const members = new Set([...Object.keys(before), ...Object.keys(now)]);
  const changed = [...members].filter((member) => !isDeepStrictEqual(before[member], now[member]));
  return changed.map((member) => `${member}: ${inspect(before[member])} -> ${inspect(now[member])}`).join('; ');
}

/** Of a final record only this may change: its events are handed on, and disappear from it. */
function withoutEvents(execution: StoredExecution): StoredExecution {
  const { pending_events: _, ...rest } = execution;
  return rest;
}
