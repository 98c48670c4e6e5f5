import { runCommand } from './lib/command-line.mjs';

await runCommand(async (args) => {
  const { testRun } = await import('./lib/test-run.mjs');
  return testRun(args);
});
