import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import path from 'node:path';
import { Failure } from './failure.mjs';
import { interruption } from './interruption.mjs';
import { fromRoot } from './repository.mjs';

/** How long a process group may take to end after SIGTERM, before it gets SIGKILL. */
const GRACE_MS = 5000;

/**
 * Runs a command in the root of this checkout to its end, its output in `log` (a fresh file), or on this terminal when
 * `log` is absent. It has a process group of its own, which is ended as a whole after `timeoutMs` (default 10 minutes), or
 * when the signal `end` aborts.
 * @returns its exit code; undefined when a signal ended it
 * @throws Failure when it cannot be started; the reason of `interruption` when a signal interrupts this process
 */
export async function execute(command, args, { log, env = {}, timeoutMs = 600_000, end: endSignal } = {}) {
  interruption.throwIfAborted();
  if (log) mkdirSync(path.dirname(log), { recursive: true, mode: 0o700 });
  const output = log ? openSync(log, 'w') : 'inherit';
  const child = spawn(command, args, {
    cwd: fromRoot(),
    env: { ...process.env, ...env },
    stdio: ['ignore', output, output],
    detached: true,
  });
  if (log) closeSync(output);
  let killTimer;
  const end = () => {
    signalGroup(child.pid, 'SIGTERM');
    killTimer = setTimeout(() => signalGroup(child.pid, 'SIGKILL'), GRACE_MS);
  };
  const timer = setTimeout(end, timeoutMs);
  interruption.addEventListener('abort', end);
  endSignal?.addEventListener('abort', end);
  try {
    return await new Promise((resolve, reject) => {
      child.once('error', (cause) => reject(new Failure(`Cannot run ${command}: ${cause.message}`, { cause })));
      child.once('exit', (code) => (interruption.aborted ? reject(interruption.reason) : resolve(code ?? undefined)));
    });
  } finally {
    clearTimeout(timer);
    clearTimeout(killTimer);
    interruption.removeEventListener('abort', end);
    endSignal?.removeEventListener('abort', end);
  }
}

/** Like `execute`, but anything other than exit code 0 is a Failure that shows the end of the log and `remedy`. */
export async function run(command, args, { remedy, ...options }) {
  const code = await execute(command, args, options);
  if (code === 0) return;
  const ending = code === undefined ? 'was ended by a signal or took too long' : `ended with exit code ${code}`;
  throw new Failure(`"${[command, ...args].join(' ')}" ${ending}.`, { remedy, log: options.log });
}

function signalGroup(leader, signal) {
  try {
    process.kill(-leader, signal);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error; // ended by itself in this very moment
  }
}
