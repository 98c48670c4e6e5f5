import type { Cell } from './cell.js';
import { type Codec, jsonCodec } from './codec.js';
import { backoffDelay } from './backoff-delay.js';
import type { Cancel } from './context.js';
import type { DurableEnvelope } from './durable-envelope.js';
import { DEFAULT_MAX_ATTEMPTS, deadLetterMailboxOf, type DurableOptions } from './durable-options.js';
import type { DurableConsumer, DurableDelivery, DurableMessage } from './durable-queues.js';
import { DurableMailboxFailed, type MailboxOperation } from './errors.js';
import { HeldDelivery, type Recipient } from './held-delivery.js';
import { toError } from './to-error.js';

/**
 * Brings messages from the broker to one durable actor, `credit` at a time, from the actor's first successful start to its end.
 * A restart of the actor does not concern it: what comes meanwhile waits in the actor's mailbox.
 */
export class DeliveryFeed implements Recipient {
  readonly codec: Codec<unknown>;
  readonly maxAttempts: number;
  private readonly held = new Set<HeldDelivery>();
  private cell!: Cell;
  private consumer: DurableConsumer | undefined;
  private cancelWait: Cancel | undefined;
  private closing: Promise<void> | undefined;
  private begun = false;

  constructor(private readonly options: DurableOptions<unknown>) {
    const { codec = jsonCodec, maxAttempts = DEFAULT_MAX_ATTEMPTS } = options;
    this.codec = codec;
    this.maxAttempts = maxAttempts;
  }

  /** The actor runs. */
  begin(cell: Cell): void {
    if (this.begun || this.closing) return;
    this.begun = true;
    this.cell = cell;
    void this.attach();
  }

  /** Gives back what is not accepted. Resolves when the broker has been told; never rejects. */
  close(): Promise<void> {
    return (this.closing ??= this.detach());
  }

  get isStopping(): boolean {
    return this.cell.isStopping;
  }

  get isRestarting(): boolean {
    return this.cell.snapshot().status === 'restarting';
  }

  offer(envelope: DurableEnvelope): void {
    this.cell.offer(envelope).catch(() => {
      // The actor stops: the envelope has been told, and what it stands for is given back.
    });
  }

  later(failures: number, callback: () => void): Cancel {
    return this.cell.clock.after(backoffDelay(failures, this.options.retry ?? {}, Math.random()), callback);
  }

  async publishDead(message: DurableMessage): Promise<void> {
    await this.options.queues.publish(deadLetterMailboxOf(this.options), message);
  }

  reportDead(message: unknown): void {
    this.cell.environment.reports.deadLetter({ path: this.cell.path, message, reason: 'undeliverable' });
  }

  /** The actor goes on as if nothing had happened, so its observer is who must know. */
  report(operation: MailboxOperation, cause: Error, messageId?: string): void {
    const mailbox = operation === 'publish' ? deadLetterMailboxOf(this.options) : this.options.mailbox;
    const error = new DurableMailboxFailed(mailbox, operation, cause, messageId);
    this.cell.environment.reports.failed({ path: this.cell.path, error, directive: 'resume' });
  }

  settled(held: HeldDelivery): void {
    this.held.delete(held);
    if (!this.isStopping) this.request(1);
  }

  private async attach(failedBefore = 0): Promise<void> {
    try {
      const { queues, credit = 1 } = this.options;
      this.consumer = await queues.consume(this.options.mailbox, (delivery) => this.take(delivery));
      if (this.closing) await this.closeConsumer();
      else this.request(credit);
    } catch (thrown) {
      if (this.closing) return;
      this.report('consume', toError(thrown));
      this.cancelWait = this.later(failedBefore, () => void this.attach(failedBefore + 1));
    }
  }

  private take(delivery: DurableDelivery): void {
    if (this.closing) return delivery.release();
    const held = new HeldDelivery(delivery, this);
    this.held.add(held);
    held.attempt();
  }

  private request(n: number): void {
    try {
      this.consumer?.request(n);
    } catch (thrown) {
      this.report('consume', toError(thrown));
    }
  }

  private async detach(): Promise<void> {
    this.cancelWait?.();
    for (const held of this.held) held.end();
    this.held.clear();
    await this.closeConsumer();
  }

  private async closeConsumer(): Promise<void> {
    try {
      await this.consumer?.close();
    } catch (thrown) {
      this.report('close', toError(thrown));
    }
  }
}
