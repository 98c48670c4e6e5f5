import { describeFailure } from './failure.mjs';
import { interruptedExitCode, interruption } from './interruption.mjs';
import { requireNode } from './node-version.mjs';

/**
 * The frame of each command: checks Node, turns the result into the exit code, and any failure into one clear message.
 * `command` loads its own modules, so that they meet a Node that can read them.
 */
export async function runCommand(command) {
  try {
    requireNode();
    process.exitCode = await command(process.argv.slice(2));
  } catch (error) {
    console.error(interruption.aborted ? '\nStopped.' : `\n${describeFailure(error)}`);
    process.exitCode = interruption.aborted ? interruptedExitCode() : 1;
  }
}
