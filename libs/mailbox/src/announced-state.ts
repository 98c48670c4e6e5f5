import { type BrokerState } from './mailbox-broker.js';
import { type MailboxLogger } from './mailbox-logger.js';

/** The state of a broker, and those who are told of its changes. It begins as `closed`. */
export class AnnouncedState {
  private readonly listeners = new Set<(state: BrokerState) => void>();
  private state: BrokerState = 'closed';

  constructor(private readonly logger: MailboxLogger) {}

  get current(): BrokerState {
    return this.state;
  }

  /** Calls `listener` at every change. Returns the unsubscription. */
  onChange(listener: (state: BrokerState) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Tells every listener, unless `state` is the present one. */
  change(state: BrokerState): void {
    if (state === this.state) return;
    this.state = state;
    for (const listener of [...this.listeners]) {
      try {
        listener(state);
      } catch (error) {
        // A listener's defect must not break the connection whose event it was told.
        this.logger.error({ state, error }, 'a listener of the broker state threw');
      }
    }
  }
}
