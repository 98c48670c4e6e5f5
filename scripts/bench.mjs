import { runCommand } from './lib/command-line.mjs';

await runCommand(async (args) => {
  const { bench } = await import('./lib/bench.mjs');
  return bench(args);
});
