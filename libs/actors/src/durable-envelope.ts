import { Envelope } from './envelope.js';

/** Whoever must learn what became of an attempt at a message. */
interface Attempted {
  /** The broker has it back: no attempt at it matters any more. */
  readonly ended: boolean;
  handled(): void;
  refused(error: Error): void;
}

/** An attempt at a durable message, in whichever mailbox it waits. It is no dead letter: the broker still has it. */
export class DurableEnvelope extends Envelope {
  readonly reported = false;

  constructor(
    private readonly held: Attempted,
    readonly content: unknown,
  ) {
    super();
  }

  get live(): boolean {
    return !this.held.ended;
  }

  open(): unknown {
    return this.content;
  }

  override passOn(message: unknown): DurableEnvelope {
    return message === this.content ? this : new DurableEnvelope(this.held, message);
  }

  override handled(): void {
    this.held.handled();
  }

  override refuse(error: Error): void {
    this.held.refused(error);
  }
}
