import { randomInt } from 'node:crypto';
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
  --waiting N  instead: lets N messages wait, 10000 to 1000000, and measures what that costs
  --help       show this text`;

/** For starts, and for what is under way at the end. */
const MARGIN_MINUTES = 20;
const WAITING_SPEC = 'test/faults/waiting-messages.spec.ts';
/** Accepting a message that waits, and ending it. */
const EACH_WAITING_MS = 30;

function optionsOf(args) {
  const option = { type: 'string' };
  try {
    const {
      minutes = '10',
      seed,
      waiting,
      help,
    } = parseArgs({
      args,
      options: { minutes: option, seed: option, waiting: option, help: { type: 'boolean', default: false } },
    }).values;
    if (!/^\d{1,5}$/.test(minutes) || Number(minutes) < 1 || Number(minutes) > 10_000) {
      throw new Error(`--minutes ${minutes}: a number from 1 to 10000 is needed.`);
    }
    if (seed !== undefined && !/^\d{1,10}$/.test(seed)) throw new Error(`--seed ${seed}: a number is needed.`);
    if (waiting !== undefined && !(/^\d{5,7}$/.test(waiting) && Number(waiting) <= 1_000_000)) {
      throw new Error(`--waiting ${waiting}: a number from 10000 to 1000000 is needed.`);
    }
    return { minutes, seed: seed ?? String(randomInt(2 ** 31)), waiting, help };
  } catch (cause) {
    throw new Failure(cause.message, { remedy: HELP, cause });
  }
}

/** @returns the exit code */
export async function soak(args) {
  const { minutes, seed, waiting, help } = optionsOf(args);
  if (help) {
    console.log(HELP);
    return 0;
  }
  const jest = ['--experimental-vm-modules', 'node_modules/jest/bin/jest.js'];
  if (waiting !== undefined) {
    return execute(process.execPath, [...jest, '--selectProjects', 'faults', '--runTestsByPath', WAITING_SPEC], {
      env: { ABACO_WAITING_MESSAGES: waiting },
      timeoutMs: MARGIN_MINUTES * 60_000 + Number(waiting) * EACH_WAITING_MS,
    });
  }
  console.log(`Seed ${seed}`);
  return execute(process.execPath, [...jest, '--selectProjects', 'soak', '--runInBand'], {
    env: { ABACO_SOAK_MINUTES: minutes, ABACO_SOAK_SEED: seed },
    timeoutMs: (Number(minutes) + MARGIN_MINUTES) * 60_000,
  });
}
