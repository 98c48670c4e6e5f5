import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { execute } from './command.mjs';
import { until } from './condition.mjs';

/** Jest ends at once after its report, unless a test has left something open: a server, a timer. */
const EXIT_AFTER_REPORT_MS = 20_000;

/**
 * Runs an npm script that is a call of Jest, on this terminal, and ends it when it does not end by itself after its report.
 * @param args of Jest
 * @returns its exit `code` (undefined when it was ended), how many tests `passed` and `failed`, the `failures`, and how many
 *   seconds each file took, in `durations`
 */
export async function runJest(script, report, timeoutMs, { args = [] } = {}) {
  // Jest's ES modules need a flag of Node that warns of itself in every process.
  const env = { NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} --disable-warning=ExperimentalWarning` };
  const [hangs, ended] = [new AbortController(), new AbortController()];
  const isOverdue = () => existsSync(report) && Date.now() - statSync(report).mtimeMs > EXIT_AFTER_REPORT_MS;
  const watching = until(isOverdue, { timeoutMs, everyMs: 1000, signal: ended.signal }).then(
    (overdue) => overdue && hangs.abort(),
    () => undefined, // it ended by itself
  );
  try {
    const all = ['run', '--silent', script, '--', '--json', `--outputFile=${report}`, ...args];
    const code = await execute('npm', all, { env, timeoutMs, end: hangs.signal });
    if (hangs.signal.aborted) console.error('Jest did not end after its report: a test has left something open.');
    return { code, ...testsOf(report) };
  } finally {
    ended.abort();
    await watching;
  }
}

/**
 * What a Jest report tells. A suite that did not run counts as one failed test, as does a missing report. `failures`: the file,
 * the name and the first line of the message of each.
 */
function testsOf(report) {
  if (!existsSync(report)) return { passed: 0, failed: 1, failures: [], durations: {} };
  const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites, testResults } = JSON.parse(
    readFileSync(report, 'utf8'),
  );
  return {
    passed: numPassedTests,
    failed: numFailedTests + numRuntimeErrorTestSuites,
    failures: testResults.filter(({ status }) => status === 'failed').flatMap(failuresOf),
    durations: Object.fromEntries(
      testResults.map(({ name, startTime, endTime }) => [path.relative('', name), (endTime - startTime) / 1000]),
    ),
  };
}

function failuresOf({ name: file, message, assertionResults }) {
  const failed = assertionResults.filter(({ status }) => status === 'failed');
  if (failed.length === 0) return [{ file, test: 'the file could not be run', reason: firstLine(message) }];
  return failed.map(({ fullName, failureMessages: [first = ''] }) => ({
    file,
    test: fullName,
    reason: firstLine(first),
  }));
}

const firstLine = (text) => stripVTControlCharacters(text).trim().split('\n', 1)[0].slice(0, 300);
