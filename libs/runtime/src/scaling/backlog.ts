/**
 * The messages of an actor that wait, as far as this process knows: others may have accepted or taken some. Each look at the store
 * puts it right. Times are milliseconds of the monotonic clock.
 */
export class Backlog {
  private count = 0;
  private since = Infinity;

  get waiting(): number {
    return this.count;
  }

  /** How long the oldest message has waited, milliseconds; rather too short than too long between two looks at the store. */
  oldestMs(now: number): number {
    return this.count === 0 ? 0 : Math.max(0, now - this.since);
  }

  add(messages: number, now: number): void {
    this.count += messages;
    if (messages > 0) this.since = Math.min(this.since, now);
  }

  /** A worker has taken a message: how old the next one is only the store knows. */
  take(now: number): void {
    this.count = Math.max(0, this.count - 1);
    this.since = this.count === 0 ? Infinity : now;
  }

  /** @param seen in the store; without `oldestMs` what is known of that stays */
  correct(
    { waiting, oldestMs }: { readonly waiting: number; readonly oldestMs?: number | undefined },
    now: number,
  ): void {
    this.count = waiting;
    if (waiting === 0) this.since = Infinity;
    else if (oldestMs !== undefined) this.since = now - oldestMs;
    else this.since = Math.min(this.since, now);
  }
}
