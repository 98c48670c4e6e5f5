import { parseArgs } from 'node:util';
import { execute } from './command.mjs';
import { Failure } from './failure.mjs';

const HELP = `Usage: npm run soak [-- OPTIONS]

Sends messages to a real server while a random mix of faults happens: the server is killed and stopped, container engine,
store and broker hang, fail and are killed. Then every accepted message must have exactly one end, and nothing may be left
over. Half of the time is for the embedded broker, half for RabbitMQ. Needs Docker, RabbitMQ and a static busybox, as
\`npm test\` installs them. Prints its seed and what happened.

  --minutes N  how long, 1 to 10000 (default 10)
  --seed N     the faults and messages of an earlier run
  --help       show this text`;

/** For starts, and for what is under way at the end. */
const MARGIN_MINUTES = 20;

function optionsOf(args) {
  const option = { type: 'string' };
  try {
    const {
      minutes = '10',
      seed,
      help,
    } = parseArgs({
      args,
      options: { minutes: option, seed: option, help: { type: 'boolean', default: false } },
    }).values;
    if (!/^\d{1,5}$/.test(minutes) || Number(minutes) < 1 || Number(minutes) > 10_000) {
      throw new Error(`--minutes ${minutes}: a number from 1 to 10000 is needed.`);
    }
    if (seed !== undefined && !/^\d{1,10}$/.test(seed)) throw new Error(`--seed ${seed}: a number is needed.`);
    return { minutes, seed, help };
  } catch (cause) {
    throw new Failure(cause.message, { remedy: HELP, cause });
  }
}

/** @returns the exit code */
export async function soak(args) {
  const { minutes, seed, help } = optionsOf(args);
  if (help) {
    console.log(HELP);
    return 0;
  }
  const jest = ['--experimental-vm-modules', 'node_modules/jest/bin/jest.js'];
  return execute(process.execPath, [...jest, '--selectProjects', 'soak', '--runInBand'], {
    env: { ABACO_SOAK_MINUTES: minutes, ...(seed !== undefined && { ABACO_SOAK_SEED: seed }) },
    timeoutMs: (Number(minutes) + MARGIN_MINUTES) * 60_000,
  });
}
