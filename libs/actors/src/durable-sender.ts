import { randomUUID } from 'node:crypto';
import { type Codec, jsonCodec } from './codec.js';
import type { DurableQueues } from './durable-queues.js';

/** Where durable messages of type `D` go. */
export interface DurableTarget<D> {
  readonly queues: DurableQueues;
  /** Name of the mailbox at the broker. */
  readonly mailbox: string;
  /** Default: JSON, not validated. */
  readonly codec?: Codec<D>;
}

/** Sends to a durable mailbox, from whatever process; whether an actor consumes it at the moment does not matter. */
export class DurableSender<in D> {
  readonly mailbox: string;
  private readonly queues: DurableQueues;
  private readonly codec: Codec<unknown>;

  /** @throws RangeError when the mailbox has no name. */
  constructor({ queues, mailbox, codec }: DurableTarget<D>) {
    checkMailbox(mailbox);
    this.mailbox = mailbox;
    this.queues = queues;
    this.codec = codec ?? jsonCodec;
  }

  /**
   * Puts a message into the mailbox and resolves when the broker has it. When it rejects (with the broker's error), the message
   * may be stored or not: send it again with the same id. Receivers get a message at least once, so they must recognise by its
   * id, or by what the message says, what they have done already. The broker does not.
   * @param options `id`: default a random UUID
   * @throws whatever the codec's `encode` throws, as a rejection
   */
  async send(message: D, { id = randomUUID() }: { readonly id?: string } = {}): Promise<void> {
    await this.queues.publish(this.mailbox, { id, body: this.codec.encode(message) });
  }
}

/** @throws RangeError when it is no name. Which names the broker accepts is its own affair. */
export function checkMailbox(mailbox: string): void {
  if (typeof mailbox !== 'string' || mailbox === '') throw new RangeError('mailbox must be a name, not empty');
}
