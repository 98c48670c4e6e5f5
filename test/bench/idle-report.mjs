import { table } from './figures.mjs';
import { IDLE_PROMISES } from './promises.mjs';
import { verdicts } from './verdicts.mjs';

/** The report for the terminal, and whether every promise is `kept`. */
export function idleReport({ count, none, many }) {
  const row = (name, digits, key) => [
    name,
    ...[none[key], many[key], many[key] - none[key]].map((value) => value.toFixed(digits)),
  ];
  const promises = verdicts('promise of docs/SPECIFICATION.md', IDLE_PROMISES, {
    idleMemoryMiB: many.residentMiB - none.residentMiB,
    idleCpuPercent: many.cpuPercent - none.cpuPercent,
    idleStartSeconds: many.startSeconds - none.startSeconds,
  });
  const text = [
    table([
      ['a server that nobody asks for anything', 'no actor', `${count} actors`, 'difference'],
      row('resident memory, MiB', 0, 'residentMiB'),
      row('of it pages of mapped files, MiB', 0, 'mappedMiB'),
      row('CPU, % of one core', 1, 'cpuPercent'),
      row('from its start to the first ready answer, s', 1, 'startSeconds'),
    ]),
    promises.text,
  ].join('\n\n');
  return { text, kept: promises.kept };
}
