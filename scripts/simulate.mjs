import { runCommand } from './lib/command-line.mjs';

await runCommand(async (args) => {
  const { simulate } = await import('./lib/simulate.mjs');
  return simulate(args);
});
