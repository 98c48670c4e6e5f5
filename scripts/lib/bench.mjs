import path from 'node:path';
import { parseArgs } from 'node:util';
import { provideBuild } from './build.mjs';
import { provideDependencies } from './dependencies.mjs';
import { provideEngine } from './engine-setup.mjs';
import { Failure } from './failure.mjs';
import { catchSignals } from './interruption.mjs';
import { Progress } from './progress.mjs';
import { fromRoot } from './repository.mjs';

const HELP = `Usage: npm run bench [-- OPTIONS]

Measures the built server beside the bare container engine, a bare Nest route and the bare broker, in one run on this
machine, and prints the figures beside the promises of docs/SPECIFICATION.md. Only the ratios say something: run it on a
machine that does nothing else.

  --quick      a short run, for a first impression (about two minutes instead of ten)
  --smoke      a few executions, to see that it works (less than a minute); the figures say nothing
  --endurance  5,000 executions more, which watch the memory of the server (about ten minutes)
  --check      exit code 1 when a promise is broken
  --help       show this text`;

const ENDURANCE = 5_000;

function optionsOf(args) {
  const options = Object.fromEntries(
    ['quick', 'smoke', 'endurance', 'check', 'help'].map((name) => [name, { type: 'boolean', default: false }]),
  );
  try {
    return parseArgs({ args, options }).values;
  } catch (cause) {
    throw new Failure(cause.message, { remedy: HELP, cause });
  }
}

/** @returns the exit code @throws Failure when something cannot be measured */
export async function bench(args) {
  const { quick, smoke, endurance, check, help } = optionsOf(args);
  if (help) {
    console.log(HELP);
    return 0;
  }
  const size = smoke ? 'smoke' : quick ? 'quick' : 'full';
  catchSignals();
  const progress = new Progress(5);
  const status = (text) => progress.status(text);
  const context = { status, logFile: (name) => path.join(fromRoot('.abaco/logs'), `bench-${name}.log`) };

  await progress.step('Dependencies', () => provideDependencies(context));
  await progress.step('Build', () => provideBuild(context));
  const { url: engineUrl } = await progress.step(
    'Container engine',
    () => provideEngine(context),
    ({ url }) => url,
  );
  const { SIZES, benchmark } = await import('../../test/bench/benchmark.mjs');
  const { provideBenchImages } = await import('../../test/bench/bench-images.mjs');
  const { report } = await import('../../test/bench/report.mjs');
  await progress.step(
    'Images',
    () => provideBenchImages({ ...context, engineUrl }),
    () => 'ready',
  );
  const measured = await progress.step(
    'Measure',
    () => benchmark({ engineUrl, size: SIZES[size], enduring: endurance ? ENDURANCE : 0, status }),
    () => 'done',
  );
  const { text, kept } = report(measured);
  progress.line(`\n${text}`);
  return check && !kept ? 1 : 0;
}
