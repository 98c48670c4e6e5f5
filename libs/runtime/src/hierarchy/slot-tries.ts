/** Where all slots were taken the next worker looks for one after this, milliseconds; after twice as long each time. */
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 5_000;

/**
 * How many workers of a pool may look for a slot. The slots of an actor are shared by all hosts: as long as workers elsewhere hold all of
 * them, one worker looks now and then instead of all at each decision.
 */
export class SlotTries {
  private pauseMs = 0;
  private nextAt = -Infinity;
  /** So many slots were all taken. */
  private taken = 0;

  /**
   * @param slots that the worker may choose from
   * @param starting workers that look for one, or for a place on the host, now
   * @param now milliseconds of the monotonic clock
   */
  admits(slots: number, starting: number, now: number): boolean {
    if (this.pauseMs === 0 || slots > this.taken) return true;
    return starting === 0 && now >= this.nextAt;
  }

  /** A worker has found all of `slots` taken. */
  refused(slots: number, now: number): void {
    if (now < this.nextAt && slots <= this.taken) return; // they all looked at once
    this.pauseMs = Math.min(Math.max(FIRST_PAUSE_MS, this.pauseMs * 2), LONGEST_PAUSE_MS);
    this.nextAt = now + this.pauseMs;
    this.taken = Math.max(this.taken, slots);
  }

  /** There may be one again. */
  reset(): void {
    this.pauseMs = 0;
    this.nextAt = -Infinity;
    this.taken = 0;
  }
}
