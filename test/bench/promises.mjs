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
  {
    key: 'firstWorkerMs',
    text: 'no worker: POST -> start of the first container at most 50 ms above the bare engine',
    holds: (value) => value <= 50,
    show: (value) => `${value.toFixed(0)} ms`,
  },
];

/** Of `npm run bench -- --endurance`. */
export const ENDURANCE_PROMISE = {
  key: 'memoryGrowth',
  text: 'private memory of the server after 5,000 executions, without garbage: at most 1.10 of that after 1,000',
  holds: (value) => value <= 1.1,
  show: ratio,
};

/** Of `npm run bench:idle-actors`: what registered actors with nothing to do cost, over a server without any. */
export const IDLE_PROMISES = [
  {
    key: 'idleMemoryMiB',
    text: '10,000 idle actors take at most 100 MiB of memory',
    holds: (value) => value <= 100,
    show: (value) => `${value.toFixed(0)} MiB`,
  },
  {
    key: 'idleCpuPercent',
    text: '10,000 idle actors take at most 1 % of a core',
    holds: (value) => value <= 1,
    show: (value) => `${value.toFixed(1)} %`,
  },
  {
    key: 'idleStartSeconds',
    text: '10,000 idle actors delay the start by less than 5 s',
    holds: (value) => value < 5,
    show: (value) => `${value.toFixed(1)} s`,
  },
];
