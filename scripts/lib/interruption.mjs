import { constants } from 'node:os';

const controller = new AbortController();

/** Aborted by the first SIGINT, SIGTERM or SIGHUP: whatever waits gives up, children are told to stop. */
export const interruption = controller.signal;

/** The signal that came, if one did. */
export let interruptedBy;

/** From now on the signals abort `interruption` instead of ending this process. */
export function catchSignals() {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      interruptedBy ??= signal;
      controller.abort(new Error(`interrupted by ${signal}`));
    });
  }
}

/** The exit code that shells expect of a process ended by that signal. */
export const interruptedExitCode = () => 128 + constants.signals[interruptedBy];

/** Resolves when a signal has come. */
export const untilInterrupted = () =>
  new Promise((resolve) => {
    if (interruption.aborted) resolve();
    else interruption.addEventListener('abort', () => resolve(), { once: true });
  });
