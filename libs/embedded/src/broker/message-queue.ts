import type { Position, QueueId, QueueStore, StoredQueue } from './queue-store.js';
import { WaitingLine } from './waiting-line.js';
import { reportWriteFailure } from './write-failure.js';

/**
 * How a delivery ended. `accepted` and `rejected` messages are forgotten (there are no dead letters here); `released` and
 * `failed` ones wait again at their old place, and `failed` counts as a failed delivery.
 */
export type Outcome = 'accepted' | 'rejected' | 'released' | 'failed';

/** Who receives messages of a queue. */
export interface QueueConsumer {
  /** Whether it can take one more message now. One that could not must wake the queue (`pump`) when it can. */
  ready(): boolean;
  /** Takes a message. `failures`: how many deliveries of it have failed before. */
  deliver(position: Position, raw: Buffer, failures: number): void;
  /** The queue is deleted; what the consumer holds is gone. */
  queueDeleted(): void;
}

/**
 * One durable queue: messages in order, each with one consumer at a time. Bodies stay in the store until they are sent;
 * a message is delivered no earlier than it is durable.
 */
export class MessageQueue {
  readonly name: string;
  private readonly id: QueueId;
  private readonly line: WaitingLine;
  private readonly held = new Map<Position, QueueConsumer>();
  private readonly failures: Map<Position, number>;
  private readonly consumers: QueueConsumer[] = [];
  private nextPosition: Position;
  private turn = 0;
  private pumping = false;
  private deleted = false;

  constructor(
    private readonly store: QueueStore,
    stored: StoredQueue,
  ) {
    const { id, name, count, first, last, failures } = stored;
    this.id = id;
    this.name = name;
    this.failures = new Map(failures);
    this.nextPosition = last + 1;
    const read = (after: Position, upTo: Position, limit: number) => store.positions(id, after, upTo, limit);
    this.line = new WaitingLine(read, Math.max(0, first - 1), last, count);
  }

  /** Messages waiting: not those in consumers' hands, nor those not yet durable. */
  get messageCount(): number {
    return this.line.length;
  }

  get consumerCount(): number {
    return this.consumers.length;
  }

  /** Stores a message at the end of the queue. Resolves when it is durable. */
  async append(raw: Buffer): Promise<void> {
    const position = this.nextPosition++;
    await this.store.append(this.id, position, raw);
    if (this.deleted) return;
    this.line.join(position);
    this.pump();
  }

  /** Adds a consumer; it gets messages as soon as it is ready, taking turns with the others. */
  subscribe(consumer: QueueConsumer): void {
    this.consumers.push(consumer);
    this.pump();
  }

  /** Removes a consumer. What it still holds counts as failed deliveries and waits again. */
  unsubscribe(consumer: QueueConsumer): void {
    const at = this.consumers.indexOf(consumer);
    if (at < 0) return;
    this.consumers.splice(at, 1);
    const back = [...this.held].filter(([, holder]) => holder === consumer).map(([position]) => position);
    for (const position of back.sort((a, b) => b - a)) this.giveBack(position, true).catch(reportWriteFailure);
    this.pump();
  }

  /**
   * Ends a delivery. Resolves when its effect is durable; after a crash before that the message is delivered again.
   * Does nothing when the consumer does not hold the message.
   */
  async settle(consumer: QueueConsumer, position: Position, outcome: Outcome): Promise<void> {
    if (this.held.get(position) !== consumer) return;
    switch (outcome) {
      case 'accepted':
      case 'rejected':
        this.held.delete(position);
        return this.store.remove(this.id, position, this.failures.delete(position));
      case 'released':
      case 'failed': {
        const recorded = this.giveBack(position, outcome === 'failed');
        this.pump();
        return recorded;
      }
    }
  }

  /** Hands waiting messages to ready consumers. Consumers call it when they become ready. */
  pump(): void {
    // A consumer may become ready while a message is delivered to it: the loop that runs already sees that.
    if (this.pumping || this.deleted) return;
    this.pumping = true;
    try {
      while (this.line.length > 0) {
        const consumer = this.nextReady();
        if (!consumer) return;
        const position = this.line.take();
        const raw = position === undefined ? undefined : this.store.read(this.id, position);
        if (position === undefined || !raw) continue;
        this.held.set(position, consumer);
        consumer.deliver(position, raw, this.failures.get(position) ?? 0);
      }
    } finally {
      this.pumping = false;
    }
  }

  /** Forgets all waiting messages; those in consumers' hands stay. @returns how many, when that is durable. */
  async purge(): Promise<number> {
    const keep = new Set(this.held.keys());
    const purged = this.line.clear();
    for (const position of [...this.failures.keys()]) if (!keep.has(position)) this.failures.delete(position);
    await this.store.clear(this.id, this.line.lastPosition, (position) => keep.has(position));
    return purged;
  }

  /** Removes the queue with all its messages. @returns how many waited, when that is durable. */
  async delete(): Promise<number> {
    this.deleted = true;
    const removed = this.line.clear();
    this.held.clear();
    for (const consumer of this.consumers.splice(0)) consumer.queueDeleted();
    await this.store.deleteQueue(this.name, this.id);
    return removed;
  }

  private giveBack(position: Position, failed: boolean): Promise<void> {
    this.held.delete(position);
    this.line.giveBack(position);
    if (!failed) return Promise.resolve();
    const count = (this.failures.get(position) ?? 0) + 1;
    this.failures.set(position, count);
    return this.store.setFailures(this.id, position, count);
  }

  private nextReady(): QueueConsumer | undefined {
    for (let tried = 0; tried < this.consumers.length; tried++) {
      this.turn = (this.turn + 1) % this.consumers.length;
      const consumer = this.consumers[this.turn];
      if (consumer?.ready()) return consumer;
    }
    return undefined;
  }
}
