import { existsSync, readFileSync } from 'node:fs';
import { execute } from './command.mjs';

const MINUTE = 60_000;

/** In the order in which they run: cheap ones first. `script` is the npm script that does the work. */
export const TEST_STEPS = [
  { name: 'layers', script: 'layers' },
  { name: 'types', script: 'typecheck' },
  { name: 'lint', script: 'lint' },
  { name: 'unit', script: 'test:unit', countsTests: true },
  { name: 'e2e', script: 'test:e2e', countsTests: true, needsEngine: true, timeoutMs: 15 * MINUTE },
  { name: 'faults', script: 'test:faults', countsTests: true, needsEngine: true, timeoutMs: 15 * MINUTE },
];

/**
 * Numbers of tests from a Jest report. A suite that did not run counts as one failed test, as does a missing report.
 */
function testsOf(report) {
  if (!existsSync(report)) return { passed: 0, failed: 1 };
  const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites } = JSON.parse(readFileSync(report, 'utf8'));
  return { passed: numPassedTests, failed: numFailedTests + numRuntimeErrorTestSuites };
}

/**
 * Runs one step on this terminal.
 * @returns whether it is `ok`, how many tests `passed` and `failed`, and the `seconds` it took
 */
export async function runTestStep({ name, script, countsTests, timeoutMs }, reportDirectory) {
  const started = performance.now();
  const report = `${reportDirectory}/${name}.json`;
  const args = countsTests ? ['--', '--json', `--outputFile=${report}`] : [];
  // Jest's ES modules need a flag of Node that warns of itself in every process.
  const options = `${process.env.NODE_OPTIONS ?? ''} --disable-warning=ExperimentalWarning`;
  const env = countsTests ? { NODE_OPTIONS: options } : {};
  const code = await execute('npm', ['run', '--silent', script, ...args], { env, timeoutMs });
  const { passed, failed } = countsTests ? testsOf(report) : { passed: 0, failed: 0 };
  const ok = code === 0 && failed === 0;
  return { name, ok, passed, failed: ok ? 0 : Math.max(failed, 1), seconds: (performance.now() - started) / 1000 };
}
