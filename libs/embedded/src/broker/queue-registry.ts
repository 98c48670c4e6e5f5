import { MessageQueue } from './message-queue.js';
import type { QueueStore } from './queue-store.js';

/** All queues of a broker, by name. A queue exists until it is deleted, whether or not it is used. */
export class QueueRegistry {
  private readonly queues = new Map<string, { queue: MessageQueue; stored: Promise<void> }>();

  /** Takes over what the store holds. */
  constructor(private readonly store: QueueStore) {
    const stored = Promise.resolve();
    for (const found of store.recover()) this.queues.set(found.name, { queue: new MessageQueue(store, found), stored });
  }

  get(name: string): MessageQueue | undefined {
    return this.queues.get(name)?.queue;
  }

  /** Makes sure that the queue exists. Resolves when it is durable. */
  async declare(name: string): Promise<{ queue: MessageQueue; created: boolean }> {
    const known = this.queues.get(name);
    const entry = known ?? this.create(name);
    await entry.stored;
    return { queue: entry.queue, created: !known };
  }

  /** Removes a queue with its messages. @returns how many waited; 0 when there is no such queue. */
  async delete(name: string): Promise<number> {
    const entry = this.queues.get(name);
    if (!entry) return 0;
    this.queues.delete(name);
    return entry.queue.delete();
  }

  private create(name: string): { queue: MessageQueue; stored: Promise<void> } {
    const { id, stored } = this.store.createQueue(name);
    const queue = new MessageQueue(this.store, { id, name, count: 0, first: 0, last: 0, failures: new Map() });
    const entry = { queue, stored };
    this.queues.set(name, entry);
    return entry;
  }
}
