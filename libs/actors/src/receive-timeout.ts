import type { Cancel } from './context.js';
import { OwnEnvelope } from './own-envelope.js';
import type { TimerOwner } from './timers.js';

interface IdleOwner extends TimerOwner {
  /** A handler runs, or messages wait. */
  readonly busy: boolean;
}

/**
 * Delivers its message whenever the actor has been idle for so long. Handling a message only notes the time; the clock's timer
 * is armed again when it fires too early, not for each message.
 */
export class ReceiveTimeout extends OwnEnvelope {
  readonly reported = false;
  live = true;
  private idleSince: number;
  private cancelClock: Cancel;

  constructor(
    private readonly owner: IdleOwner,
    private readonly idleMs: number,
    readonly content: unknown,
  ) {
    super();
    if (!(idleMs > 0)) throw new RangeError(`idleMs must be above 0, not ${idleMs}`);
    this.idleSince = owner.clock.now();
    this.cancelClock = this.arm(idleMs);
  }

  /** A message has been handled. */
  touch(): void {
    this.idleSince = this.owner.clock.now();
  }

  open(): unknown {
    this.cancelClock = this.arm(this.idleMs);
    return this.content;
  }

  cancel(): void {
    this.live = false;
    this.cancelClock();
  }

  private arm(delayMs: number): Cancel {
    return this.owner.clock.after(delayMs, () => this.due());
  }

  private due(): void {
    const leftMs = this.owner.busy ? this.idleMs : this.idleSince + this.idleMs - this.owner.clock.now();
    if (leftMs > 0) this.cancelClock = this.arm(leftMs);
    else this.owner.acceptOwn(this);
  }
}
