import type { ScalingPolicy } from '../scaling-policy.js';
import { simulateActor, type SimulationResult } from './actor-simulation.js';
import { type LoadOptions, loads } from './load.js';

export interface ComparisonOptions extends LoadOptions {
  readonly startMs: number;
  readonly maxWorkers: number;
}

/** What docs/scaling.md shows. */
export const DOCUMENTED: ComparisonOptions = { seed: 1, startMs: 400, meanRunMs: 2_000, maxWorkers: 6 };

/** Workers are counted until so long after the last message: what stays idle costs, too; milliseconds. */
const AFTER_MS = 15 * 60_000;

const standard: Omit<ScalingPolicy, 'maxWorkers'> = {
  minWorkers: 0,
  messagesPerWorker: 1,
  scaleUpAgeMs: 0,
  scaleUpStep: Infinity,
  cooldownMs: 0,
  idleMs: 600_000,
};

/** Policies by what an actor says in `scaling` to have them. */
const policies: Readonly<Record<string, Partial<ScalingPolicy>>> = {
  'defaults (`worker_ttl: 600`)': {},
  '`worker_ttl: 30`': { idleMs: 30_000 },
  '`worker_ttl: 30, min_workers: 1`': { idleMs: 30_000, minWorkers: 1 },
  '`worker_ttl: 30, messages_per_worker: 5`': { idleMs: 30_000, messagesPerWorker: 5 },
  '`worker_ttl: 30, scale_up_age: 10`': { idleMs: 30_000, scaleUpAgeMs: 10_000 },
  '`worker_ttl: 5, scale_up_step: 1, scale_up_cooldown: 5`': { idleMs: 5_000, scaleUpStep: 1, cooldownMs: 5_000 },
};

export interface ComparisonRow {
  readonly load: string;
  readonly policy: string;
  readonly result: SimulationResult;
}

/** Each load under each policy. */
export function compare(options: ComparisonOptions): readonly ComparisonRow[] {
  const { startMs, maxWorkers } = options;
  return loads(options).flatMap((load) =>
    Object.entries(policies).map(([policy, said]) => ({
      load: load.name,
      policy,
      result: simulateActor({ policy: { ...standard, maxWorkers, ...said }, load, startMs, afterMs: AFTER_MS }),
    })),
  );
}

/** The comparison as a table of Markdown. */
export function comparisonTable(rows: readonly ComparisonRow[]): string {
  const head = ['load', 'policy', 'median wait', '95 % wait', 'worker seconds', 'starts', 'most workers'];
  const lines = rows.map(({ load, policy, result }) => [
    load,
    policy,
    seconds(quantile(result.waitsMs, 0.5)),
    seconds(quantile(result.waitsMs, 0.95)),
    result.workerSeconds.toFixed(0),
    String(result.starts.length),
    String(result.mostWorkers),
  ]);
  const all = [head, ...lines];
  const widths = head.map((_, column) => Math.max(...all.map((line) => line[column]!.length)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...lines.map(line)].join('\n');
}

/** @param share 0.5 is the median */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
