import { table } from './figures.mjs';
import { ENDURANCE_PROMISE, PROMISES } from './promises.mjs';
import { verdicts } from './verdicts.mjs';

const rate = (value) => value.toFixed(value < 100 ? 1 : 0);
const ms = (value) => value.toFixed(0);

function executionRows(executions) {
  return executions.flatMap(({ workers, bare, system }) => {
    const lanes = `${workers} ${workers === 1 ? 'lane' : 'lanes'}`;
    const figures = ({ perSecond, p50, p95, cpuMs, ownCpuMs }) => [
      rate(perSecond),
      ...[p50, p95, cpuMs, ownCpuMs].map(ms),
    ];
    const ratios = ['perSecond', 'p50', 'p95', 'cpuMs'].map((key) => (system[key] / bare[key]).toFixed(2));
    return [
      [`${lanes}, bare engine`, ...figures(bare)],
      [`${lanes}, system`, ...figures(system)],
      [`${lanes}, ratio`, ...ratios, ''],
    ];
  });
}

function messageRows({ nest, broker, system }) {
  const ratio = (bare) => (system.perSecond / bare.perSecond).toFixed(2);
  return [
    ['bare Nest route', rate(nest.perSecond), ms(nest.p50), ms(nest.p99), ratio(nest)],
    ['bare broker publish', rate(broker.perSecond), '', '', ratio(broker)],
    ['system', rate(system.perSecond), ms(system.p50), ms(system.p99), ''],
  ];
}

function enduranceRows({ executions, memory }) {
  const row = (name, key) => [name, ...memory.map((part) => ms(part[key]))];
  return [
    [`MiB without garbage, by tenths of ${executions} executions`, ...memory.map((_, part) => String(part + 1))],
    row('live objects of JavaScript', 'heapMiB'),
    row('private memory', 'privateMiB'),
    row('mapped files: code, store, broker', 'mappedMiB'),
    row('resident memory', 'residentMiB'),
  ];
}

/** The measured value of each promise, by its key. */
function valuesOf({ executions, actors, first, endurance }) {
  const of = (workers) => executions.find((entry) => entry.workers === workers);
  const throughput = executions.map(({ workers, system, bare }) => [
    `throughputRatio${workers}`,
    system.perSecond / bare.perSecond,
  ]);
  return {
    ...Object.fromEntries(throughput),
    actorsRatio: actors.many / actors.one,
    firstWorkerMs: first.system - first.bare,
    memoryGrowth: endurance && endurance.memory.at(-1).privateMiB / endurance.memory[1].privateMiB,
    latencyOverheadMs: of(1).system.p50 - of(1).bare.p50,
    cpuOverheadMs: of(4).system.ownCpuMs - of(4).bare.ownCpuMs,
  };
}

/** The report for the terminal, and whether every promise is `kept`. */
export function report(measured) {
  const values = valuesOf(measured);
  const { actors, first, endurance } = measured;
  const promised = endurance ? [...PROMISES, ENDURANCE_PROMISE] : PROMISES;
  const promises = verdicts('promise of docs/SPECIFICATION.md', promised, values);
  const heading = ['executions', 'per second', 'p50 ms', 'p95 ms', 'CPU ms each', 'of it own process'];
  const messageHeading = [
    `messages, ${measured.messages.connections} at a time`,
    'per second',
    'p50 ms',
    'p99 ms',
    'system / this',
  ];
  const text = [
    `Machine: ${measured.machine}`,
    table([heading, ...executionRows(measured.executions)]),
    `CPU of the server beyond that of the bare loop, for each execution (4 workers): ${ms(values.cpuOverheadMs)} ms`,
    `${actors.count} actors with a worker each: ${rate(actors.many)} executions/s; one actor with 4: ${rate(actors.one)}`,
    `From the POST of a message to the start of an actor's first container: ${ms(first.system)} ms; the bare engine: ${ms(first.bare)} ms`,
    ...(endurance ? [table(enduranceRows(endurance))] : []),
    table([messageHeading, ...messageRows(measured.messages)]),
    promises.text,
  ].join('\n\n');
  return { text, kept: promises.kept };
}
