import path from 'node:path';
import { parseArgs } from 'node:util';
import { provideBuild } from './build.mjs';
import { provideDependencies } from './dependencies.mjs';
import { Failure } from './failure.mjs';
import { catchSignals } from './interruption.mjs';
import { Progress } from './progress.mjs';
import { fromRoot } from './repository.mjs';

const HELP = `Usage: npm run bench:actors [-- OPTIONS]

Measures libs/actors beside nact, comedy, xstate and a bare queue, in one run on this machine, and prints the figures
and what libs/actors promises. Only the ratios say something: run it on a machine that does nothing else.

  --rounds N  rounds, 1 to 100 (default 5, with --quick 2); each figure is the median of them
  --quick     a short run, to see that it works (about half a minute instead of three)
  --check     exit code 1 when a promise is broken
  --help      show this text`;

function optionsOf(args) {
  const flags = Object.fromEntries(
    ['quick', 'check', 'help'].map((name) => [name, { type: 'boolean', default: false }]),
  );
  try {
    const { rounds, ...rest } = parseArgs({ args, options: { ...flags, rounds: { type: 'string' } } }).values;
    if (rounds !== undefined && !(/^\d{1,3}$/.test(rounds) && rounds >= 1 && rounds <= 100))
      throw new Error(`--rounds ${rounds}: a number from 1 to 100 is needed.`);
    return { ...rest, rounds: rounds && Number(rounds) };
  } catch (cause) {
    throw new Failure(cause.message, { remedy: HELP, cause });
  }
}

/** @returns the exit code @throws Failure when something cannot be measured */
export async function benchActors(args) {
  const { quick, check, help, rounds } = optionsOf(args);
  if (help) {
    console.log(HELP);
    return 0;
  }
  catchSignals();
  const progress = new Progress(3);
  const status = (text) => progress.status(text);
  const context = { status, logFile: (name) => path.join(fromRoot('.abaco/logs'), `bench-actors-${name}.log`) };

  await progress.step('Dependencies', () => provideDependencies(context));
  await progress.step('Build', () => provideBuild(context));
  const { SIZES, benchmark } = await import('../../test/bench/actors/benchmark.mjs');
  const { report } = await import('../../test/bench/actors/report.mjs');
  const size = quick ? SIZES.quick : SIZES.full;
  const measured = await progress.step(
    'Measure',
    () => benchmark({ size: { ...size, rounds: rounds ?? size.rounds }, status }),
    () => 'done',
  );
  const { text, kept } = report(measured);
  progress.line(`\n${text}`);
  return check && !kept ? 1 : 0;
}
