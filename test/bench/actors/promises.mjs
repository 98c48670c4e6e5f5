const times = (value) => `${value.toFixed(2)} times`;

/** What libs/actors promises: `holds` decides on the measured value. */
export const PROMISES = [
  {
    key: 'one',
    text: 'one actor: at least 2 times the messages/s of nact',
    holds: (value) => value >= 2,
    show: times,
  },
  {
    key: 'many',
    text: '10,000 actors: at least 2 times the messages/s of nact',
    holds: (value) => value >= 2,
    show: times,
  },
  {
    key: 'askSequential',
    text: 'ask one after another: at least 1.5 times nact',
    holds: (value) => value >= 1.5,
    show: times,
  },
  {
    key: 'askInFlight',
    text: 'ask with 100 in flight: at least 1.5 times nact',
    holds: (value) => value >= 1.5,
    show: times,
  },
  {
    key: 'heap',
    text: 'an idle actor keeps at most 1.6 kB of heap',
    holds: (value) => value <= 1_600,
    show: (value) => `${value.toFixed(0)} bytes`,
  },
  {
    key: 'crowd',
    text: 'a parent with 10,000 children keeps at least 0.8 of its rate',
    holds: (value) => value >= 0.8,
    show: times,
  },
];
