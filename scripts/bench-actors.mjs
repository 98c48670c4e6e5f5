import { runCommand } from './lib/command-line.mjs';

await runCommand(async (args) => {
  const { benchActors } = await import('./lib/bench-actors.mjs');
  return benchActors(args);
});
