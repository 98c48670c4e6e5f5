import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Failure } from '../../../scripts/lib/failure.mjs';
import { interruption } from '../../../scripts/lib/interruption.mjs';

const CHILD = fileURLToPath(new URL('measurement.mjs', import.meta.url));
const TIMEOUT_MS = 60_000;

/**
 * One figure, measured in a fresh process. Within one process the contestants disturb each other: the compiler generalizes the
 * shared loops for all of them, one's garbage is collected in the other's time, and comedy replaces built-ins (babel-polyfill).
 * @returns the figure, `null` when the contestant has no such thing
 * @throws Failure when it fails or takes more than a minute
 */
export async function measureInChild(row, contestant, { warmUpMs, measureMs }) {
  const child = fork(CHILD, [row, contestant, warmUpMs, measureMs].map(String), {
    execArgv: ['--expose-gc'],
    signal: interruption,
    timeout: TIMEOUT_MS,
    killSignal: 'SIGKILL',
  });
  let answer;
  child.on('message', (message) => (answer = message));
  const [code, signal] = await once(child, 'exit');
  if (answer?.value !== undefined) return answer.value;
  const reason = answer?.error ?? `its process ended with ${signal ?? `code ${code}`}`;
  throw new Failure(`Measuring "${row}" of ${contestant} failed: ${reason}`);
}
