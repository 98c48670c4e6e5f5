/** What docs/SPECIFICATION.md promises: `holds` decides on the measured value. */
export const PROMISES = [
  {
    key: 'throughputRatio',
    text: '4 workers run at least 0.80 of the executions/s of the bare engine',
    holds: (value) => value >= 0.8,
    show: (value) => value.toFixed(2),
  },
  {
    key: 'latencyOverheadMs',
    text: '1 worker: median accepted -> COMPLETE at most 60 ms above the bare engine',
    holds: (value) => value <= 60,
    show: (value) => `${value.toFixed(0)} ms`,
  },
];
