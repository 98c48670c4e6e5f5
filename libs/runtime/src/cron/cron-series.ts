export type CronUnit = 'hour' | 'day' | 'week' | 'month';

/** Milliseconds. */
export const HOUR_MS = 3_600_000;

const LENGTH_MS = { hour: HOUR_MS, day: 24 * HOUR_MS, week: 7 * 24 * HOUR_MS } as const;

/** `start`, and from there every `count` units. */
export class CronSeries {
  constructor(
    readonly start: Date,
    private readonly count: number,
    private readonly unit: CronUnit,
  ) {}

  /** The first term after `instant`. */
  after(instant: Date): Date {
    let index = Math.max(0, this.indexBefore(instant));
    while (this.term(index) <= instant) index++;
    return this.term(index);
  }

  /** @param index 0 is the start. A month that is too short for the day of the start has its last day instead. */
  term(index: number): Date {
    const units = index * this.count;
    if (this.unit !== 'month') return new Date(this.start.getTime() + units * LENGTH_MS[this.unit]);
    const term = new Date(this.start);
    term.setUTCDate(1);
    term.setUTCMonth(term.getUTCMonth() + units);
    const lastDay = new Date(term);
    lastDay.setUTCMonth(lastDay.getUTCMonth() + 1, 0);
    term.setUTCDate(Math.min(this.start.getUTCDate(), lastDay.getUTCDate()));
    return term;
  }

  /** Of a term that is at most two before the first one after `instant`, and never past it. */
  private indexBefore(instant: Date): number {
    if (this.unit !== 'month') {
      return Math.floor((instant.getTime() - this.start.getTime()) / (this.count * LENGTH_MS[this.unit]));
    }
    const years = instant.getUTCFullYear() - this.start.getUTCFullYear();
    const months = years * 12 + instant.getUTCMonth() - this.start.getUTCMonth();
    return Math.floor(months / this.count) - 1;
  }
}
