import { parseArgs } from 'node:util';
import { execute } from './command.mjs';
import { Failure } from './failure.mjs';

const HELP = `Usage: npm run fuzz [-- OPTIONS]

Sends hostile requests to a real server in this process and checks that none gets a 500, waits for ever, sees data of
another tenant or costs memory for good. Needs a container engine that runs; starts no containers. A failure prints
its seed.

  --requests N  requests, 100 to 10000000 (default 20000; npm test sends 2000)
  --seed N      repeats the requests of an earlier run
  --help        show this text`;

function optionsOf(args) {
  const option = { type: 'string' };
  try {
    const {
      requests = '20000',
      seed,
      help,
    } = parseArgs({
      args,
      options: { requests: option, seed: option, help: { type: 'boolean', default: false } },
    }).values;
    if (!/^\d{3,8}$/.test(requests) || Number(requests) < 100 || Number(requests) > 10_000_000) {
      throw new Error(`--requests ${requests}: a number from 100 to 10000000 is needed.`);
    }
    if (seed !== undefined && !/^-?\d{1,10}$/.test(seed)) throw new Error(`--seed ${seed}: a number is needed.`);
    return { requests, seed, help };
  } catch (cause) {
    throw new Failure(cause.message, { remedy: HELP, cause });
  }
}

/** @returns the exit code */
export async function fuzz(args) {
  const { requests, seed, help } = optionsOf(args);
  if (help) {
    console.log(HELP);
    return 0;
  }
  const jest = ['--experimental-vm-modules', 'node_modules/jest/bin/jest.js'];
  return execute(
    process.execPath,
    [...jest, '--selectProjects', 'e2e', '--runInBand', '--testPathPatterns', 'test/e2e/fuzz\\.spec'],
    { env: { ABACO_FUZZ_REQUESTS: requests, ...(seed !== undefined && { ABACO_FUZZ_SEED: seed }) } },
  );
}
