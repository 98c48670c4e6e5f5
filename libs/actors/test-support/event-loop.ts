/** Keeps the thread for at least so long. */
export function burn(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

/** Counts something by the turns of the event loop in which it happens. */
export class LoopTurns {
  /** Happenings in each turn in which there were any. */
  readonly counts: number[] = [];
  private current = 0;
  private immediate = setImmediate(() => this.nextTurn());

  count(): void {
    this.current += 1;
  }

  get total(): number {
    return this.counts.reduce((sum, count) => sum + count, this.current);
  }

  get most(): number {
    return Math.max(0, this.current, ...this.counts);
  }

  stop(): void {
    clearImmediate(this.immediate);
  }

  private nextTurn(): void {
    if (this.current > 0) this.counts.push(this.current);
    this.current = 0;
    this.immediate = setImmediate(() => this.nextTurn());
  }
}
