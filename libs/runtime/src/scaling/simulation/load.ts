import { readFileSync } from 'node:fs';

/** One message: when it comes, and how long its execution takes; milliseconds. */
export interface SimulatedMessage {
  readonly at: number;
  readonly runMs: number;
}

/** The messages of one actor, in order of time. */
export interface Load {
  readonly name: string;
  readonly messages: readonly SimulatedMessage[];
}

export interface LoadOptions {
  /** The same seed gives the same messages. */
  readonly seed: number;
  /** How long an execution takes on average, milliseconds; times are spread exponentially. */
  readonly meanRunMs: number;
}

const MINUTE_MS = 60_000;
const DURATION_MS = 10 * MINUTE_MS;

/** Recorded times of commits to this repository, seconds: as if each had sent a message by webhook. */
const RECORDED = new URL('./recorded-load.json', import.meta.url);
/** The recorded hours are played so many times as fast. */
const FAST_FORWARD = 60;

/** Messages per second at a time of a load, milliseconds. */
type Rate = (at: number) => number;

const rates: Readonly<Record<string, { readonly peak: number; readonly rate: Rate }>> = {
  steady: { peak: 1, rate: () => 1 },
  'on and off': { peak: 2, rate: (at) => (Math.floor(at / MINUTE_MS) % 2 === 0 ? 2 : 0) },
  ramp: { peak: 3, rate: (at) => (3 * at) / DURATION_MS },
};

const BURSTS = [
  { at: MINUTE_MS, messages: 60 },
  { at: 5 * MINUTE_MS, messages: 60 },
];

/** Ten minutes of each random load, and the recorded one. */
export function loads({ seed, meanRunMs }: LoadOptions): readonly Load[] {
  const random = randomOf(seed);
  const run = (at: number): SimulatedMessage => ({ at, runMs: exponential(random, meanRunMs) });
  return [
    ...Object.entries(rates).map(([name, { peak, rate }]) => ({
      name,
      messages: arrivals(random, peak, rate).map(run),
    })),
    { name: 'bursts', messages: BURSTS.flatMap(({ at, messages }) => Array.from({ length: messages }, () => run(at))) },
    { name: 'recorded', messages: recordedSeconds().map((seconds) => run((seconds * 1000) / FAST_FORWARD)) },
  ];
}

/** One message every `everyMs`, each with the same run time. */
export const periodicLoad = (everyMs: number, runMs: number, durationMs: number): Load => ({
  name: `one every ${everyMs} ms`,
  messages: Array.from({ length: Math.floor(durationMs / everyMs) }, (_, index) => ({ at: index * everyMs, runMs })),
});

const recordedSeconds = (): readonly number[] => JSON.parse(readFileSync(RECORDED, 'utf8')) as number[];

/** A Poisson process whose rate changes, by thinning. */
function arrivals(random: () => number, peak: number, rate: Rate): number[] {
  const times: number[] = [];
  for (let at = exponential(random, 1000 / peak); at < DURATION_MS; at += exponential(random, 1000 / peak)) {
    if (random() * peak < rate(at)) times.push(at);
  }
  return times;
}

const exponential = (random: () => number, mean: number): number => -Math.log(1 - random()) * mean;

/** Numbers from 0 to less than 1: mulberry32. */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
