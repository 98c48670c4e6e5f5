/** Output that may come at once after a silence: that of so many milliseconds. */
const BURST_MS = 1_000;

/** How fast the output of one container is read. Whoever writes faster is blocked, once the engine's buffers are full. */
export class OutputRate {
  /** When all that was read so far may have been written, milliseconds of the clock. */
  private paidUntil = -Infinity;

  /** @param now milliseconds of a monotonic clock */
  constructor(
    private readonly bytesPerSecond: number,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Counts what was read now. @returns milliseconds until more may be read; 0: at once */
  pauseAfter(bytes: number): number {
    const now = this.now();
    this.paidUntil = Math.max(this.paidUntil, now - BURST_MS) + (bytes / this.bytesPerSecond) * 1_000;
    return Math.max(0, this.paidUntil - now);
  }
}
