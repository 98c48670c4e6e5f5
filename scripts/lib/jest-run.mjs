import { existsSync, readFileSync, statSync } from 'node:fs';
import { execute } from './command.mjs';
import { until } from './condition.mjs';

/** Jest ends at once after its report, unless a test has left something open: a server, a timer. */
const EXIT_AFTER_REPORT_MS = 20_000;

/**
 * Runs an npm script that is a call of Jest, on this terminal, and ends it when it does not end by itself after its report.
 * @returns its exit `code` (undefined when it was ended), and how many tests `passed` and `failed`
 */
export async function runJest(script, report, timeoutMs) {
  // Jest's ES modules need a flag of Node that warns of itself in every process.
  const env = { NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} --disable-warning=ExperimentalWarning` };
  const [hangs, ended] = [new AbortController(), new AbortController()];
  const isOverdue = () => existsSync(report) && Date.now() - statSync(report).mtimeMs > EXIT_AFTER_REPORT_MS;
  const watching = until(isOverdue, { timeoutMs, everyMs: 1000, signal: ended.signal }).then(
    (overdue) => overdue && hangs.abort(),
    () => undefined, // it ended by itself
  );
  try {
    const args = ['run', '--silent', script, '--', '--json', `--outputFile=${report}`];
    const code = await execute('npm', args, { env, timeoutMs, end: hangs.signal });
    if (hangs.signal.aborted) console.error('Jest did not end after its report: a test has left something open.');
    return { code, ...testsOf(report) };
  } finally {
    ended.abort();
    await watching;
  }
}

/** Numbers of tests from a Jest report. A suite that did not run counts as one failed test, as does a missing report. */
function testsOf(report) {
  if (!existsSync(report)) return { passed: 0, failed: 1 };
  const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites } = JSON.parse(readFileSync(report, 'utf8'));
  return { passed: numPassedTests, failed: numFailedTests + numRuntimeErrorTestSuites };
}
