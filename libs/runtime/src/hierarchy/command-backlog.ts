/** The number of waiting commands is asked for again after this, milliseconds. */
const FRESH_MS = 1_000;

/** How many commands wait in one channel, as far as this process knows: what it was last told, and what it has added since. */
export class CommandBacklog {
  private waiting = 0;
  private lookedAt = -Infinity;
  private looking = false;

  /** @param depth asks the broker */
  constructor(private readonly depth: () => Promise<number>) {}

  /** Whether fewer than `limit` wait. Never waits for the broker itself. */
  admits(limit: number): boolean {
    if (!this.looking && performance.now() - this.lookedAt > FRESH_MS) void this.look();
    return this.waiting < limit;
  }

  added(): void {
    this.waiting++;
  }

  private async look(): Promise<void> {
    this.looking = true;
    try {
      this.waiting = await this.depth();
    } catch {
      // the broker is away: what is known stays as it is, and nothing can be published either
    } finally {
      this.lookedAt = performance.now();
      this.looking = false;
    }
  }
}
