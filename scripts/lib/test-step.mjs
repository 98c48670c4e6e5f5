import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { execute } from './command.mjs';
import { runJest } from './jest-run.mjs';

const MINUTE = 60_000;
/** Tests of whole servers wait more than they work: for containers, leases and brokers. All share one container engine. */
const WAITING_WORKERS = Math.min(Math.ceil(availableParallelism() * 1.5), 4);

/**
 * In the order in which they run: cheap ones first, and of those that are no tests all at once. `script` is the npm script that does
 * the work. `secondRun`: a file that fails is run once more, by itself: tests run beside each other, and beside an engine, a broker
 * and processes that are killed. What passes only then is reported as such. `workers`: files that run at a time, if not as many as
 * jest.config.cjs says.
 */
export const TEST_STEPS = [
  { name: 'layers', script: 'layers', timeoutMs: 5 * MINUTE },
  { name: 'types', script: 'typecheck', timeoutMs: 5 * MINUTE },
  { name: 'lint', script: 'lint:code', timeoutMs: 5 * MINUTE },
  { name: 'format', script: 'lint:format', timeoutMs: 5 * MINUTE },
  { name: 'unit', script: 'test:unit', isJest: true, secondRun: true, timeoutMs: 20 * MINUTE },
  {
    name: 'e2e',
    script: 'test:e2e',
    isJest: true,
    needsEngine: true,
    secondRun: true,
    workers: WAITING_WORKERS,
    timeoutMs: 25 * MINUTE,
  },
  {
    name: 'faults',
    script: 'test:faults',
    isJest: true,
    needsEngine: true,
    secondRun: true,
    workers: WAITING_WORKERS,
    timeoutMs: 25 * MINUTE,
  },
  // another run would have another seed, and other faults
  { name: 'soak', script: 'test:soak', isJest: true, needsEngine: true, timeoutMs: 15 * MINUTE },
];

/** More files than these fail for a reason that a second run will not take away. */
const MAX_FILES_OF_SECOND_RUN = 3;

/** Prints what it says when it ends: several run at once. */
async function runCheck({ name, script, timeoutMs }, reportDirectory) {
  const log = `${reportDirectory}/${name}.log`;
  const code = await execute('npm', ['run', '--silent', script], { timeoutMs, log });
  console.log(`\n== ${heading({ name, script })}`);
  process.stdout.write(readFileSync(log, 'utf8'));
  return { code, passed: 0, failed: 0, failures: [], durations: {} };
}

/**
 * Runs one step on this terminal. A step that fails without a failed test counts as one.
 * @returns whether it is `ok`, how many tests `passed` and `failed`, the `failures`, those that were `unstable`: failed first
 *   and passed in a second run, the `seconds` it took, and the `durations` of its files
 */
export async function runTestStep(step, reportDirectory) {
  const started = performance.now();
  const first = await runOnce(step, reportDirectory);
  const second = await runAgain(step, first, reportDirectory);
  const { code, passed, failed, failures } = second ?? first;
  const { durations } = first;
  const ok = code === 0 && failed === 0;
  return {
    name: step.name,
    ok,
    passed: second ? first.passed + first.failed - failed : passed,
    failed: ok ? 0 : Math.max(failed, 1),
    failures,
    unstable: second && ok ? first.failures : [],
    durations,
    seconds: (performance.now() - started) / 1000,
  };
}

function runOnce(step, reportDirectory) {
  const { name, script, isJest, workers, timeoutMs } = step;
  if (!isJest) return runCheck(step, reportDirectory);
  console.log(`\n== ${heading(step)}`);
  const args = workers === undefined ? [] : [`--maxWorkers=${workers}`];
  return runJest(script, `${reportDirectory}/${name}.json`, timeoutMs, { args });
}

const heading = ({ name, script }) => `${name} (npm run ${script})`;

/** @returns undefined when there is nothing to run again */
function runAgain({ name, script, secondRun, timeoutMs }, { failures }, reportDirectory) {
  const files = [...new Set(failures.map(({ file }) => file))];
  if (!secondRun || files.length === 0 || files.length > MAX_FILES_OF_SECOND_RUN) return undefined;
  console.log(`\n== ${name}: what failed is run once more`);
  return runJest(script, `${reportDirectory}/${name}-second.json`, timeoutMs, {
    args: ['--runInBand', '--runTestsByPath', ...files],
  });
}
