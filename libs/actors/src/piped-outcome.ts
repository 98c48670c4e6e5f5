import type { Outcome } from './context.js';
import { OwnEnvelope } from './own-envelope.js';

/** The end of a promise, on its way to the incarnation that waits for it. It becomes a message in that actor's own turn. */
export class PipedOutcome<T> extends OwnEnvelope {
  readonly reported = true;

  constructor(
    private readonly incarnation: { readonly live: boolean },
    readonly content: Outcome<T>,
    private readonly toMessage: (outcome: Outcome<T>) => unknown,
  ) {
    super();
  }

  get live(): boolean {
    return this.incarnation.live;
  }

  open(): unknown {
    return this.toMessage(this.content);
  }
}
