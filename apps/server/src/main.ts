import { AbacoError } from '@abaco/contract';
import { packageVersion, parseCommandLine, usageOf } from './command-line.js';

/** What an error keeps the process from. */
let purpose = 'start';

/** @returns the exit code */
async function main(): Promise<0 | 1> {
  const command = parseCommandLine(process.argv.slice(2));
  if (command.action === 'help') return print(usageOf(command.command));
  if (command.action === 'version') return print(`${packageVersion()}\n`);
  purpose = command.action.replace('-', ' ');
  // Loading the server takes seconds, which neither help nor a mistake in the command line needs.
  const { runTask } = await import('./run-task.js');
  return runTask(command);
}

function print(text: string): 0 {
  process.stdout.write(text);
  return 0;
}

/** One line that tells the operator how to get on; the stack only for what nobody foresaw. */
function explain(error: unknown): string {
  if (error instanceof AbacoError) return `Abaco cannot ${purpose}: ${error.message}`;
  return `Abaco failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${explain(error)}\n`);
    process.exit(1);
  },
);
