/**
 * How late news of executions on other hosts may be: a quarter of the time for which somebody has waited, within these bounds, milliseconds.
 * Short executions are answered soon, long ones cost the store one look a second.
 */
const LATENESS = 1 / 4;
const SHORTEST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 1_000;

/** When an execution that somebody waits for is looked up. Times are of the monotonic clock, milliseconds. */
export class LookTimes {
  private next: number;
  private runsHere = false;

  /** @param since when the wait began */
  constructor(private readonly since: number) {
    this.next = since + SHORTEST_PAUSE_MS;
  }

  get at(): number {
    return this.next;
  }

  /** One that is nearly due goes along with others that are: one look serves all. */
  isDue(now: number): boolean {
    return this.next - now <= this.pauseMs(now) / 2;
  }

  looked(now: number): void {
    this.next = now + this.pauseMs(now);
  }

  /** This process runs the execution and tells what it writes: the looks only find what it could not tell. */
  isTold(now: number): void {
    this.runsHere = true;
    this.next = Math.max(this.next, now + LONGEST_PAUSE_MS);
  }

  private pauseMs(now: number): number {
    if (this.runsHere) return LONGEST_PAUSE_MS;
    return Math.min(Math.max((now - this.since) * LATENESS, SHORTEST_PAUSE_MS), LONGEST_PAUSE_MS);
  }
}
