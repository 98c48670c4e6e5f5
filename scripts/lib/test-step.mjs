import { execute } from './command.mjs';
import { runJest } from './jest-run.mjs';

const MINUTE = 60_000;

/**
 * In the order in which they run: cheap ones first. `script` is the npm script that does the work. `secondRun`: a file that
 * fails is run once more, by itself: tests run beside each other, and beside an engine, a broker and processes that are killed.
 * What passes only then is reported as such.
 */
export const TEST_STEPS = [
  { name: 'layers', script: 'layers', timeoutMs: 5 * MINUTE },
  { name: 'types', script: 'typecheck', timeoutMs: 5 * MINUTE },
  { name: 'lint', script: 'lint', timeoutMs: 5 * MINUTE },
  { name: 'unit', script: 'test:unit', isJest: true, secondRun: true, timeoutMs: 20 * MINUTE },
  { name: 'e2e', script: 'test:e2e', isJest: true, needsEngine: true, secondRun: true, timeoutMs: 25 * MINUTE },
  { name: 'faults', script: 'test:faults', isJest: true, needsEngine: true, secondRun: true, timeoutMs: 25 * MINUTE },
  // another run would have another seed, and other faults
  { name: 'soak', script: 'test:soak', isJest: true, needsEngine: true, timeoutMs: 15 * MINUTE },
];

/** More files than these fail for a reason that a second run will not take away. */
const MAX_FILES_OF_SECOND_RUN = 3;

const runCheck = async (script, timeoutMs) => ({
  code: await execute('npm', ['run', '--silent', script], { timeoutMs }),
  passed: 0,
  failed: 0,
  failures: [],
  durations: {},
});

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

const runOnce = ({ name, script, isJest, timeoutMs }, reportDirectory) =>
  isJest ? runJest(script, `${reportDirectory}/${name}.json`, timeoutMs) : runCheck(script, timeoutMs);

/** @returns undefined when there is nothing to run again */
function runAgain({ name, script, secondRun, timeoutMs }, { failures }, reportDirectory) {
  const files = [...new Set(failures.map(({ file }) => file))];
  if (!secondRun || files.length === 0 || files.length > MAX_FILES_OF_SECOND_RUN) return undefined;
  console.log(`\n== ${name}: what failed is run once more`);
  return runJest(script, `${reportDirectory}/${name}-second.json`, timeoutMs, files);
}
