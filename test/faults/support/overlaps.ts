/** From when to when something went on; milliseconds. */
export interface Interval {
  readonly from: number;
  readonly to: number;
}

/** How many of them went on at the same time, at most. One that begins at the moment of another's end comes after it. */
export function mostAtOnce(intervals: readonly Interval[]): number {
  const steps = intervals.flatMap(({ from, to }) => [
    { at: from, change: 1 },
    { at: to, change: -1 },
  ]);
  steps.sort((a, b) => a.at - b.at || a.change - b.change);
  let now = 0;
  let most = 0;
  for (const { change } of steps) most = Math.max(most, (now += change));
  return most;
}
