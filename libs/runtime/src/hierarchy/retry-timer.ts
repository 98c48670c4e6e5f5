import type { ActorContext } from '@abaco/actors';
import type { RuntimeServices } from '../runtime-services.js';
import type { KnownActor } from './known-actor.js';
import type { MailboxMessage } from './mailbox-protocol.js';
import { offerRetries } from './offer-retries.js';

/** Store or broker did not answer: the pauses are looked at again after this, milliseconds. */
const LOOK_AGAIN_MS = 1_000;

/**
 * Ends the pauses of executions before their next attempt. The timer only wakes: the store knows what is due. Belongs to one
 * mailbox, which hears of it: `retries-due`, `retries-offered`.
 */
export class RetryTimer {
  /** When the next pause is over, milliseconds of the monotonic clock. */
  private next = Infinity;

  constructor(
    private readonly actor: KnownActor,
    private readonly services: RuntimeServices,
    private readonly context: Pick<ActorContext<MailboxMessage>, 'schedule' | 'pipeToSelf'>,
  ) {}

  isDueWithin(ms: number): boolean {
    return this.next <= performance.now() + ms;
  }

  /** An execution pauses for so long. */
  plan(delayMs: number): void {
    const at = performance.now() + delayMs;
    if (at >= this.next) return;
    this.next = at;
    this.context.schedule(delayMs, { type: 'retries-due' }, 'retries');
  }

  /** Publishes again the messages of executions whose pause is over. */
  offer(): void {
    this.next = Infinity;
    if (this.actor.isDeleted) return;
    this.context.pipeToSelf(offerRetries(this.services, this.actor.record._id), (outcome) =>
      outcome.ok
        ? { type: 'retries-offered', ...outcome.value }
        : { type: 'retries-offered', offered: 0, nextMs: LOOK_AGAIN_MS },
    );
  }
}
