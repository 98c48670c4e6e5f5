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
  --help       show this text

Instead, one fault of \`npm test\` on another scale:
  --waiting N     N messages wait, 10000 to 1000000, and what that costs is measured
  --output N      a container prints N bytes, 1000000 to 100000000000; 1000000000 take about a minute
  --store-down N  the store is down for N seconds, 1 to 3600`;

/** For starts, and for what is under way at the end. */
const MARGIN_MINUTES = 20;

/** Faults on a larger scale, by option: the file that has them, and how long each of the N takes, milliseconds. */
const ALONE = {
  waiting: {
    spec: 'test/faults/waiting-messages.spec.ts',
    variable: 'ABACO_WAITING_MESSAGES',
    least: 10_000,
    most: 1_000_000,
    eachMs: 30,
  },
  output: {
    spec: 'test/faults/hostile-actors.spec.ts',
    variable: 'ABACO_OUTPUT_BYTES',
    least: 1_000_000,
    most: 100_000_000_000,
    eachMs: 1 / 2_500,
  },
  'store-down': {
    spec: 'test/faults/store-faults.spec.ts',
    variable: 'ABACO_STORE_DOWN_SECONDS',
    least: 1,
    most: 3_600,
    eachMs: 1_000,
  },
};

function optionsOf(args) {
  const option = { type: 'string' };
  const alone = Object.keys(ALONE);
  try {
    const { values } = parseArgs({
      args,
      options: {
        minutes: option,
        seed: option,
        ...Object.fromEntries(alone.map((name) => [name, option])),
        help: { type: 'boolean', default: false },
      },
    });
    const { minutes = '10', seed, help } = values;
    if (!/^\d{1,5}$/.test(minutes) || Number(minutes) < 1 || Number(minutes) > 10_000) {
      throw new Error(`--minutes ${minutes}: a number from 1 to 10000 is needed.`);
    }
    if (seed !== undefined && !/^\d{1,10}$/.test(seed)) throw new Error(`--seed ${seed}: a number is needed.`);
    const given = alone.filter((name) => values[name] !== undefined);
    if (given.length > 1) throw new Error(`--${given.join(' and --')}: one of them at a time.`);
    const [name] = given;
    if (name !== undefined) {
      const { least, most } = ALONE[name];
      const text = values[name];
      if (!/^\d{1,12}$/.test(text) || Number(text) < least || Number(text) > most) {
        throw new Error(`--${name} ${text}: a number from ${least} to ${most} is needed.`);
      }
    }
    return {
      minutes,
      seed: seed ?? String(randomInt(2 ** 31)),
      help,
      alone: name && { ...ALONE[name], count: values[name] },
    };
  } catch (cause) {
    throw new Failure(cause.message, { remedy: HELP, cause });
  }
}

/** @returns the exit code */
export async function soak(args) {
  const { minutes, seed, alone, help } = optionsOf(args);
  if (help) {
    console.log(HELP);
    return 0;
  }
  const jest = ['--experimental-vm-modules', 'node_modules/jest/bin/jest.js'];
  if (alone) {
    return execute(process.execPath, [...jest, '--selectProjects', 'faults', '--runTestsByPath', alone.spec], {
      env: { [alone.variable]: alone.count },
      timeoutMs: MARGIN_MINUTES * 60_000 + Number(alone.count) * alone.eachMs,
    });
  }
  console.log(`Seed ${seed}`);
  return execute(process.execPath, [...jest, '--selectProjects', 'soak', '--runInBand'], {
    env: { ABACO_SOAK_MINUTES: String(Number(minutes) / 2), ABACO_SOAK_SEED: seed },
    timeoutMs: (Number(minutes) + MARGIN_MINUTES) * 60_000,
  });
}
