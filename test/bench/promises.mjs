const ratio = (value) => value.toFixed(2);

const throughput = (workers) => ({
  key: `throughputRatio${workers}`,
  text: `${workers} ${workers === 1 ? 'worker runs' : 'workers run'} at least 0.92 of the executions/s of the bare engine`,
  holds: (value) => value >= 0.92,
  show: ratio,
});

/** What docs/SPECIFICATION.md promises: `holds` decides on the measured value. */
export const PROMISES = [
  ...[1, 2, 4, 8].map(throughput),
  {
    key: 'latencyOverheadMs',
    text: '1 worker: median accepted -> COMPLETE at most 25 ms above the bare engine',
    holds: (value) => value <= 25,
    show: (value) => `${value.toFixed(0)} ms`,
  },
  {
    key: 'actorsRatio',
    text: '100 actors run at least 0.80 of the executions/s of one actor',
    holds: (value) => value >= 0.8,
    show: ratio,
  },
];

/** Of `npm run bench -- --endurance`. */
export const ENDURANCE_PROMISE = {
  key: 'memoryGrowth',
  text: 'memory of the server does not grow over 5,000 executions: last tenth at most 1.10 of the second',
  holds: (value) => value <= 1.1,
  show: ratio,
};
