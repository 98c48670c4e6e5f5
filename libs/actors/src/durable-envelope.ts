import { Envelope } from './envelope.js';

/** Whoever must learn what became of an attempt at a message. */
interface Attempted {
  /** Whether the outcome of this attempt still matters. */
  awaits(attempt: number): boolean;
  handled(attempt: number): void;
  refused(attempt: number, error: Error): void;
}

/** One attempt at a durable message, in whichever mailbox it waits. It is no dead letter: the broker still has it. */
export class DurableEnvelope extends Envelope {
  readonly reported = false;

  constructor(
    private readonly held: Attempted,
    private readonly attempt: number,
    readonly content: unknown,
  ) {
    super();
  }

  get live(): boolean {
    return this.held.awaits(this.attempt);
  }

  open(): unknown {
    return this.content;
  }

  override passOn(message: unknown): DurableEnvelope {
    return message === this.content ? this : new DurableEnvelope(this.held, this.attempt, message);
  }

  override handled(): void {
    this.held.handled(this.attempt);
  }

  override refuse(error: Error): void {
    this.held.refused(this.attempt, error);
  }
}
