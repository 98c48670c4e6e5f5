import type { DurableConsumer, DurableDelivery, DurableMessage, DurableQueues } from '../src/index.js';

interface Stored {
  readonly position: number;
  readonly message: DurableMessage;
}

/**
 * Message queues in memory whose failures a test commands, for the specs of durable actors. They keep the promises of the port:
 * nothing comes unasked, deliveries come in a later turn, what is not accepted comes back to its place.
 */
export class FlakyQueues implements DurableQueues {
  /** Ids of accepted messages, in order. */
  readonly accepted: string[] = [];
  /** Called before a message is forgotten. */
  onAccept: (mailbox: string, id: string) => void = () => {};
  /** Called when a message has been taken. */
  onPublish: (mailbox: string, id: string) => void = () => {};
  /** How many of the next calls of each kind fail. */
  readonly failing = { publish: 0, consume: 0, close: 0 };
  private readonly waiting = new Map<string, Stored[]>();
  private readonly consumers = new Set<FlakyConsumer>();
  private published = 0;
  private pumping: NodeJS.Immediate | undefined;

  publish(mailbox: string, message: DurableMessage): Promise<void> {
    return this.unlessFailing('publish', () => {
      this.published += 1;
      this.putBack(mailbox, { position: this.published, message });
      this.onPublish(mailbox, message.id);
    });
  }

  consume(mailbox: string, onDelivery: (delivery: DurableDelivery) => void): Promise<DurableConsumer> {
    return this.unlessFailing('consume', () => {
      const consumer = new FlakyConsumer(this, mailbox, onDelivery);
      this.consumers.add(consumer);
      return consumer;
    });
  }

  /** All connections are lost and made again: what is in hands comes once more, and what is outstanding is asked for again. */
  hiccup(): void {
    for (const consumer of this.consumers) consumer.loseAll();
  }

  /** Ids of the messages that wait, oldest first. */
  ids(mailbox: string): string[] {
    return this.messages(mailbox).map(({ id }) => id);
  }

  /** Messages that wait, oldest first. */
  messages(mailbox: string): DurableMessage[] {
    return (this.waiting.get(mailbox) ?? []).map(({ message }) => message);
  }

  /** Messages in hands, of all consumers together. */
  get held(): number {
    return [...this.consumers].reduce((sum, consumer) => sum + consumer.held.size, 0);
  }

  get attached(): number {
    return this.consumers.size;
  }

  putBack(mailbox: string, stored: Stored): void {
    const line = [...(this.waiting.get(mailbox) ?? []), stored];
    this.waiting.set(
      mailbox,
      line.sort((a, b) => a.position - b.position),
    );
    this.pump();
  }

  closeConsumer(consumer: FlakyConsumer): Promise<void> {
    this.consumers.delete(consumer);
    consumer.loseAll();
    return this.unlessFailing('close', () => {});
  }

  pump(): void {
    this.pumping ??= setImmediate(() => {
      this.pumping = undefined;
      for (const consumer of this.consumers) {
        const line = this.waiting.get(consumer.mailbox) ?? [];
        while (consumer.credit > 0 && line.length > 0) consumer.hand(line.shift()!);
      }
    });
  }

  private async unlessFailing<T>(call: keyof FlakyQueues['failing'], act: () => T): Promise<T> {
    await Promise.resolve();
    if (this.failing[call] === 0) return act();
    this.failing[call] -= 1;
    throw new Error(`No ${call} today`);
  }
}

class FlakyConsumer implements DurableConsumer {
  credit = 0;
  readonly held = new Set<Stored>();
  /** Makes the deliveries of the present connection meaningless. */
  private readonly losses = new Set<() => void>();

  constructor(
    private readonly queues: FlakyQueues,
    readonly mailbox: string,
    private readonly onDelivery: (delivery: DurableDelivery) => void,
  ) {}

  request(n = 1): void {
    this.credit += n;
    this.queues.pump();
  }

  close(): Promise<void> {
    return this.queues.closeConsumer(this);
  }

  hand(stored: Stored): void {
    const { id } = stored.message;
    this.credit -= 1;
    this.held.add(stored);
    // After a hiccup the same message is held by its next delivery: this one means nothing any more.
    let inert = false;
    this.losses.add(() => (inert = true));
    this.onDelivery({
      message: stored.message,
      accept: () => {
        if (inert || !this.held.delete(stored)) return;
        this.queues.onAccept(this.mailbox, id);
        this.queues.accepted.push(id);
      },
      release: () => {
        if (!inert && this.held.delete(stored)) this.queues.putBack(this.mailbox, stored);
      },
    });
  }

  /** The broker takes everything back. */
  loseAll(): void {
    for (const lose of this.losses) lose();
    this.losses.clear();
    const held = [...this.held];
    this.held.clear();
    for (const stored of held) this.queues.putBack(this.mailbox, stored);
  }
}
