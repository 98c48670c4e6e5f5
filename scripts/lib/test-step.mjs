import { execute } from './command.mjs';
import { runJest } from './jest-run.mjs';

const MINUTE = 60_000;

/** In the order in which they run: cheap ones first. `script` is the npm script that does the work. */
export const TEST_STEPS = [
  { name: 'layers', script: 'layers', timeoutMs: 5 * MINUTE },
  { name: 'types', script: 'typecheck', timeoutMs: 5 * MINUTE },
  { name: 'lint', script: 'lint', timeoutMs: 5 * MINUTE },
  { name: 'unit', script: 'test:unit', isJest: true, timeoutMs: 10 * MINUTE },
  { name: 'e2e', script: 'test:e2e', isJest: true, needsEngine: true, timeoutMs: 15 * MINUTE },
  { name: 'faults', script: 'test:faults', isJest: true, needsEngine: true, timeoutMs: 15 * MINUTE },
];

const runCheck = async (script, timeoutMs) => ({
  code: await execute('npm', ['run', '--silent', script], { timeoutMs }),
  passed: 0,
  failed: 0,
});

/**
 * Runs one step on this terminal. A step that fails without a failed test counts as one.
 * @returns whether it is `ok`, how many tests `passed` and `failed`, and the `seconds` it took
 */
export async function runTestStep({ name, script, isJest, timeoutMs }, reportDirectory) {
  const started = performance.now();
  const { code, passed, failed } = isJest
    ? await runJest(script, `${reportDirectory}/${name}.json`, timeoutMs)
    : await runCheck(script, timeoutMs);
  const ok = code === 0 && failed === 0;
  return { name, ok, passed, failed: ok ? 0 : Math.max(failed, 1), seconds: (performance.now() - started) / 1000 };
}
