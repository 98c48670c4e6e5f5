import { setTimeout as pause } from 'node:timers/promises';
import { inspect, isDeepStrictEqual } from 'node:util';
import type { mongo } from 'mongoose';
import { eventually } from '../../support/eventually.js';

type StoredExecution = { readonly _id: string; readonly actor_id: string; readonly status: string } & Record<
  string,
  unknown
>;

/** How often a ledger that watches looks, milliseconds. */
const WATCH_EVERY_MS = 1_000;
/** How often one that waits for the end counts, milliseconds. */
const COUNT_EVERY_MS = 200;

/**
 * What a test knows of its messages, against what the store says: each accepted one has exactly one record, which becomes final
 * once and never changes again; what was not accepted has none that could still run.
 */
export class Ledger {
  private readonly accepted = new Set<string>();
  private readonly final = new Map<string, StoredExecution>();
  private readonly changed: string[] = [];
  private looking: Promise<unknown> = Promise.resolve();

  constructor(private readonly database: mongo.Db) {}

  /** @param execution public id, as the answer to the message gives it */
  accept(execution: string): void {
    this.accepted.add(execution);
  }

  has(execution: string): boolean {
    return this.accepted.has(execution);
  }

  /** Whether a finished execution has changed so far, as far as was looked. */
  get hasSeenChanges(): boolean {
    return this.changed.length > 0;
  }

  /** Looks at all records now and then until it is told to stop: what changes after its end is seen although it changes back. */
  watch(): { stop(): Promise<void> } {
    const over = new AbortController();
    const watching = (async () => {
      while (!over.signal.aborted) {
        await this.look().catch(() => undefined); // the store is away, which is what many tests are about
        await pause(WATCH_EVERY_MS, undefined, { signal: over.signal }).catch(() => undefined);
      }
    })();
    return {
      stop: () => {
        over.abort();
        return watching;
      },
    };
  }

  /** Looks at all records. @returns how many are not final */
  look(): Promise<number> {
    // one after the other: an older reading must not be compared with a younger one
    const next = this.looking.then(() => this.compare());
    this.looking = next.catch(() => undefined);
    return next;
  }

  private async compare(): Promise<number> {
    let open = 0;
    const found = this.database.collection<StoredExecution>('executions').find();
    for await (const execution of found) {
      const before = this.final.get(execution._id);
      const now = withoutEvents(execution);
      if (before && !isDeepStrictEqual(asUsersMayLeaveIt(before, now), now))
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
    const isSettled = async (): Promise<boolean> => (await this.countOpen()) === 0 && (await this.look()) === 0;
    await eventually('every execution is final', isSettled, deadlineMs, COUNT_EVERY_MS);
    const records = new Map([...this.final.values()].map((record) => [String(record.id), record]));
    const missing = [...this.accepted].filter((id) => !records.has(id));
    if (missing.length > 0) throw new Error(`Accepted, and without a record: ${missing.join(', ')}`);
    if (this.changed.length > 0) throw new Error(`Changed after their end: ${this.changed.join(', ')}`);
    if (records.size !== this.final.size) throw new Error('Two records have the same id.');
    return records;
  }

  /** Costs far less than a look at all of them. */
  private countOpen(): Promise<number> {
    return this.database.collection('executions').countDocuments({ status: { $nin: ['COMPLETE', 'ERROR'] } });
  }

  /** Final records of messages that ran although nobody was told that they were accepted: for tests that wait for every answer. */
  ranUnaccepted(): string[] {
    const sent = [...this.final.values()].filter(wasSent);
    return sent.filter(({ id }) => !this.has(String(id))).map(({ _id }) => _id);
  }
}

/** A user sent it, and a worker took it: it is neither an event nor a dead letter that was sent again. */
const wasSent = ({ attempt, event_path, redrive_of }: StoredExecution): boolean =>
  Number(attempt) > 0 && event_path === undefined && redrive_of === undefined;

/** Users may remove dead letters and send them again. */
function asUsersMayLeaveIt(
  { dead_letter, redriven_as, ...before }: StoredExecution,
  now: StoredExecution,
): StoredExecution {
  return {
    ...before,
    ...(now.dead_letter !== undefined && { dead_letter }),
    ...(now.redriven_as !== undefined && { redriven_as: redriven_as ?? now.redriven_as }),
  };
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
