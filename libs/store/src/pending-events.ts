import type { Database } from './database.js';
import type { EventRecord } from './event-record.js';

interface Eventful<Id extends string> {
  readonly _id: Id;
  readonly pending_events?: EventRecord[];
}

/**
 * Events of records that have no deliveries yet. A record holds its events from the change that they tell of, in the same atomic
 * step, until there are deliveries of them: neither is ever without the other, and no transaction is needed.
 */
export class PendingEvents<Id extends string> {
  constructor(
    private readonly database: Database,
    private readonly collection: 'actors' | 'executions',
  ) {}

  /** In the order in which they happened. */
  async list(record: Id): Promise<readonly EventRecord[]> {
    const found = await this.database.run(() =>
      this.records.findOne({ _id: record }, { projection: { pending_events: 1 } }),
    );
    return found?.pending_events ?? [];
  }

  /** There are deliveries of the event now. */
  async remove(record: Id, event: string): Promise<void> {
    await this.database.run(() =>
      this.records.updateOne({ _id: record }, { $pull: { pending_events: { _id: event } } }),
    );
  }

  /** Ids of records that have any, in no order. */
  async listRecords(limit: number): Promise<Id[]> {
    const found = await this.database.run(() =>
      this.records
        .find({ 'pending_events._id': { $gt: '' } }, { projection: { _id: 1 } })
        .limit(limit)
        .toArray(),
    );
    return found.map(({ _id }) => _id as Id);
  }

  private get records() {
    return this.database.collection<Eventful<string>>(this.collection);
  }
}
