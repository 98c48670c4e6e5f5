import { parseArgs } from 'node:util';
import { compare, comparisonTable, DOCUMENTED } from '../../libs/runtime/src/scaling/simulation/comparison.ts';
import { Failure } from './failure.mjs';

const HELP = `Usage: npm run simulate [-- OPTIONS]

Plays ten minutes of several loads, and a recorded one, against several scaling policies in virtual time, with the code of the server
that decides about workers, and prints waits, worker seconds and starts. Without options: the table of docs/scaling.md.

  --seed N         other random loads (default ${DOCUMENTED.seed})
  --start-ms N     from the request of a worker to its first message, 0 to 600000 (default ${DOCUMENTED.startMs})
  --run-ms N       mean time of an execution, 1 to 600000 (default ${DOCUMENTED.meanRunMs})
  --max-workers N  most workers of the actor, 1 to 1000 (default ${DOCUMENTED.maxWorkers})
  --help           show this text`;

const LIMITS = { seed: [0, 2 ** 31], 'start-ms': [0, 600_000], 'run-ms': [1, 600_000], 'max-workers': [1, 1000] };

function optionsOf(args) {
  const option = { type: 'string' };
  const options = { seed: option, 'start-ms': option, 'run-ms': option, 'max-workers': option };
  try {
    const { values } = parseArgs({ args, options: { ...options, help: { type: 'boolean', default: false } } });
    const number = (name, byDefault) => {
      if (values[name] === undefined) return byDefault;
      const [least, most] = LIMITS[name];
      const given = /^\d{1,10}$/.test(values[name]) ? Number(values[name]) : NaN;
      if (given >= least && given <= most) return given;
      throw new Error(`--${name} ${values[name]}: a number from ${least} to ${most} is needed.`);
    };
    return {
      help: values.help,
      seed: number('seed', DOCUMENTED.seed),
      startMs: number('start-ms', DOCUMENTED.startMs),
      meanRunMs: number('run-ms', DOCUMENTED.meanRunMs),
      maxWorkers: number('max-workers', DOCUMENTED.maxWorkers),
    };
  } catch (cause) {
    throw new Failure(cause.message, { remedy: HELP, cause });
  }
}

/** @returns the exit code */
export function simulate(args) {
  const { help, ...options } = optionsOf(args);
  console.log(help ? HELP : comparisonTable(compare(options)));
  return 0;
}
