import path from 'node:path';
import { parseArgs } from 'node:util';
import { provideBuild } from './build.mjs';
import { provideDependencies } from './dependencies.mjs';
import { provideEngine } from './engine-setup.mjs';
import { Failure } from './failure.mjs';
import { catchSignals } from './interruption.mjs';
import { Progress } from './progress.mjs';
import { fromRoot } from './repository.mjs';

const HELP = `Usage: npm run bench:idle-actors [-- OPTIONS]

Starts the built server on a store with 10,000 registered actors that have nothing to do, and on an empty one, in turns, and
prints what the actors cost in memory, CPU and starting time, beside the promises of docs/SPECIFICATION.md.

  --actors N  registered actors, 1 to 1000000 (default 10000, with --quick 1000)
  --quick     one round instead of three, to see that it works (about two minutes instead of eight)
  --check     exit code 1 when a promise is broken
  --help      show this text`;

const SIZES = {
  full: { count: 10_000, rounds: 3, settleSeconds: 15, idleSeconds: 30 },
  quick: { count: 1_000, rounds: 1, settleSeconds: 10, idleSeconds: 20 },
};

function optionsOf(args) {
  const flags = Object.fromEntries(
    ['quick', 'check', 'help'].map((name) => [name, { type: 'boolean', default: false }]),
  );
  try {
    const { actors, ...rest } = parseArgs({ args, options: { ...flags, actors: { type: 'string' } } }).values;
    if (actors !== undefined && !(/^\d{1,7}$/.test(actors) && actors >= 1 && actors <= 1_000_000))
      throw new Error(`--actors ${actors}: a number from 1 to 1000000 is needed.`);
    return { ...rest, actors: actors && Number(actors) };
  } catch (cause) {
    throw new Failure(cause.message, { remedy: HELP, cause });
  }
}

/** @returns the exit code @throws Failure when something cannot be measured */
export async function benchIdleActors(args) {
  const { quick, check, help, actors } = optionsOf(args);
  if (help) {
    console.log(HELP);
    return 0;
  }
  catchSignals();
  const progress = new Progress(4);
  const status = (text) => progress.status(text);
  const context = { status, logFile: (name) => path.join(fromRoot('.abaco/logs'), `bench-idle-${name}.log`) };

  await progress.step('Dependencies', () => provideDependencies(context));
  await progress.step('Build', () => provideBuild(context));
  const { url: engineUrl } = await progress.step(
    'Container engine',
    () => provideEngine(context),
    ({ url }) => url,
  );
  const { idleActors } = await import('../../test/bench/idle-actors.mjs');
  const { idleReport } = await import('../../test/bench/idle-report.mjs');
  const size = quick ? SIZES.quick : SIZES.full;
  const measured = await progress.step(
    'Measure',
    () => idleActors({ engineUrl, ...size, count: actors ?? size.count, status }),
    () => 'done',
  );
  const { text, kept } = idleReport(measured);
  progress.line(`\n${text}`);
  return check && !kept ? 1 : 0;
}
