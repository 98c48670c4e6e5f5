import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { provideBuild } from './build.mjs';
import { provideBusybox } from './busybox.mjs';
import { provideDependencies } from './dependencies.mjs';
import { stopDaemon } from './docker-daemon.mjs';
import { provideEngine } from './engine-setup.mjs';
import { Failure } from './failure.mjs';
import { catchSignals } from './interruption.mjs';
import { provideNginx } from './nginx.mjs';
import { Progress } from './progress.mjs';
import { providePython } from './python.mjs';
import { provideRabbitmq } from './rabbitmq.mjs';
import { DURATIONS, recordDurations } from './test-durations.mjs';
import { TEST_STEPS, runTestStep } from './test-step.mjs';

const NAMES = TEST_STEPS.map(({ name }) => name);

const HELP = `Usage: npm test [-- OPTIONS]

Checks and tests everything: ${NAMES.join(', ')}.
As root on Debian or Ubuntu it installs what the end-to-end tests need (Docker, RabbitMQ, a static busybox, Python, nginx) and starts
Docker where none answers; what it started it stops.

  --only A,B   run only these steps
  --record     write down how long the test files take (${DURATIONS}), so that the longest begin first
  --help       show this text`;

function selected(args) {
  let values;
  try {
    const options = { only: { type: 'string' }, record: { type: 'boolean' }, help: { type: 'boolean' } };
    ({ values } = parseArgs({ args, options }));
  } catch (cause) {
    throw new Failure(cause.message, { remedy: HELP, cause });
  }
  if (values.help) return undefined;
  const wanted = values.only?.split(',') ?? NAMES;
  const unknown = wanted.find((name) => !NAMES.includes(name));
  if (unknown !== undefined)
    throw new Failure(`There is no step "${unknown}".`, { remedy: `Steps: ${NAMES.join(', ')}` });
  return { steps: TEST_STEPS.filter(({ name }) => wanted.includes(name)), record: values.record === true };
}

/** Installs, builds and starts what the steps need. @returns the process id of the Docker daemon that was started here */
async function prepare(steps, logDirectory) {
  const needsEngine = steps.some((step) => step.needsEngine);
  const progress = new Progress(needsEngine ? 4 : 1);
  const context = {
    status: (text) => progress.status(text),
    logFile: (name) => path.join(logDirectory, `${name}.log`),
  };
  await progress.step('Dependencies', () => provideDependencies(context));
  if (!needsEngine) return undefined;
  await progress.step('Build', () => provideBuild(context));
  await progress.step(
    'RabbitMQ, busybox, Python and nginx',
    async () => {
      await provideRabbitmq(context);
      await provideBusybox(context);
      await providePython(context);
      await provideNginx(context);
    },
    () => 'installed',
  );
  const engine = await progress.step(
    'Container engine',
    () => provideEngine(context),
    ({ url, how }) => (how ? `${url}, ${how}` : url),
  );
  return engine.pid;
}

function describeFailures(title, failures) {
  if (failures.length > 0) console.log(`\n${title}`);
  for (const { file, test, reason } of failures) console.log(`  ${path.relative('', file)}: ${test}\n    ${reason}`);
}

function summarize(results) {
  describeFailures(
    'Failed, and passed when run once more',
    results.flatMap(({ unstable }) => unstable),
  );
  describeFailures(
    'Failed',
    results.flatMap(({ failures, ok }) => (ok ? [] : failures)),
  );
  console.log('\nSummary');
  for (const { name, ok, passed, failed, seconds } of results) {
    const tests = passed + failed > 0 ? `  ${passed} passed, ${failed} failed` : '';
    console.log(`  ${name.padEnd(8)} ${ok ? 'ok    ' : 'FAILED'} ${seconds.toFixed(1).padStart(7)} s${tests}`);
  }
  const total = (key) => results.reduce((sum, result) => sum + result[key], 0);
  // This exact line, last and alone, is what continuous integration reads.
  console.log(`\n${total('passed')} passed, ${total('failed')} failed`);
}

/** @returns the exit code @throws Failure when something that the tests need cannot be had */
export async function testRun(args) {
  const { steps, record } = selected(args) ?? {};
  if (!steps) {
    console.log(HELP);
    return 0;
  }
  catchSignals();
  const directory = mkdtempSync(path.join(tmpdir(), 'abaco-test-'));
  let daemon;
  try {
    daemon = await prepare(steps, directory);
    const run = (step) => runTestStep(step, directory);
    const results = await Promise.all(steps.filter(({ isJest }) => !isJest).map(run));
    for (const step of steps.filter(({ isJest }) => isJest)) results.push(await run(step));
    summarize(results);
    if (record) recordDurations(Object.assign({}, ...results.map(({ durations }) => durations)));
    rmSync(directory, { recursive: true, force: true }); // otherwise kept: a failure names the logs in it
    return results.every(({ ok }) => ok) ? 0 : 1;
  } finally {
    if (daemon) await stopDaemon(daemon);
  }
}
