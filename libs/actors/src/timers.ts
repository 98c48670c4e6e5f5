import type { Clock } from './clock.js';
import type { Cancel } from './context.js';
import { OwnEnvelope } from './own-envelope.js';

/** Where timers deliver. */
export interface TimerOwner {
  readonly clock: Clock;
  /** Puts an envelope into the actor's mailbox, whatever its capacity. */
  acceptOwn(envelope: OwnEnvelope): void;
}

/** The timers of one incarnation. */
export class Timers {
  private readonly byKey = new Map<unknown, Timer>();

  constructor(private readonly owner: TimerOwner) {}

  /** @throws RangeError when the delay is no number, or the interval not above 0. */
  start(delayMs: number, message: unknown, key: string | undefined, intervalMs?: number): Cancel {
    if (Number.isNaN(delayMs)) throw new RangeError('delayMs must be a number');
    if (intervalMs !== undefined && !(intervalMs > 0))
      throw new RangeError(`intervalMs must be above 0, not ${intervalMs}`);
    const timer = new Timer(this.owner, message, intervalMs, (ended) => this.byKey.delete(key ?? ended));
    if (key !== undefined) this.byKey.get(key)?.cancel();
    this.byKey.set(key ?? timer, timer);
    timer.arm(Math.max(0, delayMs));
    return () => timer.cancel();
  }

  cancelAll(): void {
    for (const timer of this.byKey.values()) timer.cancel();
  }
}

/** A timer is its own envelope, in the mailbox at most once; a cancelled one is not delivered even if it waits there already. */
class Timer extends OwnEnvelope {
  readonly reported = false;
  live = true;
  private waiting = false;
  private dueAt = 0;
  private cancelClock?: Cancel;

  constructor(
    private readonly owner: TimerOwner,
    readonly content: unknown,
    private readonly intervalMs: number | undefined,
    private readonly ended: (timer: Timer) => void,
  ) {
    super();
  }

  arm(delayMs: number): void {
    this.dueAt = this.owner.clock.now() + delayMs;
    this.cancelClock = this.owner.clock.after(delayMs, () => this.fire());
  }

  open(): unknown {
    this.waiting = false;
    if (this.intervalMs === undefined) {
      this.live = false;
      this.ended(this);
    }
    return this.content;
  }

  cancel(): void {
    if (!this.live) return;
    this.live = false;
    this.cancelClock?.();
    this.ended(this);
  }

  private fire(): void {
    if (this.intervalMs !== undefined) this.armNext(this.intervalMs);
    if (this.waiting) return;
    this.waiting = true;
    this.owner.acceptOwn(this);
  }

  /** Keeps the rhythm, but leaves out what has been missed. */
  private armNext(intervalMs: number): void {
    const late = this.owner.clock.now() - this.dueAt;
    this.arm(intervalMs - (Math.max(0, late) % intervalMs));
  }
}
