import { Envelope } from './envelope.js';
import type { Debt, Debtor, PendingAsk } from './pending-ask.js';

/** A request in the mailbox. It is delivered even if the asker has given up meanwhile: it may be a command, not a question. */
export class Request extends Envelope {
  readonly live = true;
  readonly reported = true;

  constructor(
    readonly content: unknown,
    private readonly ask: PendingAsk<never>,
  ) {
    super();
  }

  /** Whoever takes it owes the reply. */
  override takenBy(debtor: Debtor | undefined): void {
    this.ask.owedBy(debtor);
  }

  open(): unknown {
    return this.content;
  }

  override passOn(message: unknown): Request {
    return message === this.content ? this : new Request(message, this.ask);
  }

  override refuse(error: Error): void {
    (this.ask as Debt).fail(error);
  }
}
