import { runCommand } from './lib/command-line.mjs';

await runCommand(async (args) => {
  const { benchIdleActors } = await import('./lib/bench-idle-actors.mjs');
  return benchIdleActors(args);
});
