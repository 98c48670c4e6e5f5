import type { Clock } from '../clock.js';
import type { Cancel } from '../context.js';

interface Alarm {
  readonly dueAt: number;
  readonly callback: () => void;
}

/**
 * Time that stands still until `advance` is called. Give it to an `ActorSystem` to test timers, deadlines and backoff without
 * waiting.
 *
 * An actor sets its timers when it runs, not when its message is sent: wait until it has (a probe's message, `eventually`,
 * `clock.pending`) before you advance.
 */
export class ManualClock implements Clock {
  private time = 0;
  private readonly alarms = new Set<Alarm>();

  now(): number {
    return this.time;
  }

  after(delayMs: number, callback: () => void): Cancel {
    const alarm = { dueAt: this.time + delayMs, callback };
    this.alarms.add(alarm);
    return () => this.alarms.delete(alarm);
  }

  /** How many timers are set. */
  get pending(): number {
    return this.alarms.size;
  }

  /** Milliseconds until the next timer is due; `undefined` when none is set. */
  get nextInMs(): number | undefined {
    const next = this.next();
    return next && next.dueAt - this.time;
  }

  /** Moves time on, and runs what falls due on the way, in order of time, also what that sets anew. */
  advance(ms: number): void {
    const target = this.time + ms;
    for (let alarm = this.next(); alarm && alarm.dueAt <= target; alarm = this.next()) {
      this.alarms.delete(alarm);
      this.time = Math.max(this.time, alarm.dueAt);
      alarm.callback();
    }
    this.time = target;
  }

  private next(): Alarm | undefined {
    let next: Alarm | undefined;
    for (const alarm of this.alarms) if (!next || alarm.dueAt < next.dueAt) next = alarm;
    return next;
  }
}
