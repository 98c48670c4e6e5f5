/** Time that jumps from one thing to the next. Milliseconds. */
export class VirtualTime {
  private time = 0;
  /** In order of time; what is planned first comes first among equals. */
  private readonly plans: { readonly at: number; readonly run: () => void }[] = [];

  get now(): number {
    return this.time;
  }

  after(delayMs: number, run: () => void): void {
    const at = this.time + delayMs;
    let low = 0;
    let high = this.plans.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.plans[middle]!.at <= at) low = middle + 1;
      else high = middle;
    }
    this.plans.splice(low, 0, { at, run });
  }

  /** Until nothing is planned before `endMs`. */
  runUntil(endMs: number): void {
    for (let next = this.plans[0]; next && next.at <= endMs; next = this.plans[0]) {
      this.plans.shift();
      this.time = next.at;
      next.run();
    }
    this.time = endMs;
  }
}
