/** This long before the lease of the host ends, the host stops to rely on it, milliseconds. */
const MARGIN_MS = 2_000;

/**
 * This process's hold on its host id. While it does not hold, or for workers from before a loss, no message is taken: their slots may
 * have been given to workers of other hosts. Times are of the monotonic clock, milliseconds.
 */
export class HostHold {
  private until = -Infinity;
  private begun: number;

  /** @param now the host has just been registered */
  constructor(
    private readonly leaseMs: number,
    now: number,
  ) {
    this.begun = now;
    this.renewed(now);
  }

  /** The store has renewed the lease. @param asked when that was asked for */
  renewed(asked: number): void {
    this.until = asked + this.leaseMs - MARGIN_MS;
  }

  /** The lease was lost, and has been taken anew: workers from before are void. */
  begunAnew(asked: number): void {
    this.begun = performance.now();
    this.renewed(asked);
  }

  holds(now: number): boolean {
    return now < this.until;
  }

  /** Whether a worker that was started at `started` may take messages. */
  covers(started: number, now: number): boolean {
    return started >= this.begun && this.holds(now);
  }
}
