import type { Codec } from './codec.js';
import type { Cancel } from './context.js';
import { DurableEnvelope } from './durable-envelope.js';
import type { DurableDelivery, DurableMessage } from './durable-queues.js';
import { ActorStopped, MailboxFull, type MailboxOperation } from './errors.js';
import { toError } from './to-error.js';

/** The actor that a delivery is for, and what is around it. */
export interface Recipient {
  /** It has been told to stop: what it has not handled is given back. */
  readonly isStopping: boolean;
  /** Its children are being stopped because it failed. */
  readonly isRestarting: boolean;
  readonly codec: Codec<unknown>;
  readonly maxAttempts: number;
  /** Puts an attempt into the actor's mailbox. */
  offer(envelope: DurableEnvelope): void;
  /** Calls back when the delay after the failure number `failures` (from 0) is over. */
  later(failures: number, callback: () => void): Cancel;
  /** Resolves when the message is in the mailbox of dead letters. */
  publishDead(message: DurableMessage): Promise<void>;
  reportDead(message: unknown): void;
  report(operation: MailboxOperation, cause: Error, messageId: string): void;
  /** It is accepted, and makes room for another. */
  settled(held: HeldDelivery): void;
}

/** One message of the broker in the hands of a durable actor: tried until it is handled or has failed too often. */
export class HeldDelivery {
  /** Accepted, or given back: whatever becomes of it here means nothing any more. */
  ended = false;
  /** Attempts that were refused, for whatever reason. */
  private refusals = 0;
  /** Those that count against `maxAttempts`. */
  private failures = 0;
  private content: unknown;
  private cancelWait: Cancel | undefined;

  constructor(
    private readonly delivery: DurableDelivery,
    private readonly recipient: Recipient,
  ) {}

  /** Makes an attempt. */
  attempt(): void {
    const { id, body } = this.delivery.message;
    try {
      this.content = this.recipient.codec.decode(body, id);
    } catch (thrown) {
      this.recipient.report('decode', toError(thrown), id);
      this.content = this.delivery.message;
      return this.bury();
    }
    this.recipient.offer(new DurableEnvelope(this, this.content));
  }

  handled(): void {
    if (!this.ended) this.accept();
  }

  refused(error: Error): void {
    // While the actor stops it is held until the last handler has ended: given back now, it might come again at once.
    if (this.ended || this.recipient.isStopping) return;
    this.refusals += 1;
    if (this.countsAsFailure(error)) this.failures += 1;
    if (this.failures >= this.recipient.maxAttempts) this.bury();
    else this.wait(this.refusals - 1, () => this.attempt());
  }

  /** The broker gets it back. */
  end(): void {
    this.ended = true;
    this.cancelWait?.();
  }

  /** Not: that there was no room for it, or that it waited in a child that was stopped for the failure of another message. */
  private countsAsFailure(error: Error): boolean {
    if (error instanceof MailboxFull) return false;
    return !(error instanceof ActorStopped && this.recipient.isRestarting);
  }

  /** To the dead letters first, so that it is lost at no time. */
  private bury(failedBefore = 0): void {
    this.recipient.publishDead(this.delivery.message).then(
      () => {
        if (this.ended) return;
        this.accept();
        this.recipient.reportDead(this.content);
      },
      (thrown: unknown) => {
        this.recipient.report('publish', toError(thrown), this.delivery.message.id);
        this.wait(failedBefore, () => this.bury(failedBefore + 1));
      },
    );
  }

  private accept(): void {
    this.end();
    try {
      this.delivery.accept();
    } catch (thrown) {
      this.recipient.report('settle', toError(thrown), this.delivery.message.id);
    }
    this.recipient.settled(this);
  }

  private wait(failures: number, then: () => void): void {
    if (!this.ended) this.cancelWait = this.recipient.later(failures, then);
  }
}
