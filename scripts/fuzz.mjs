import { runCommand } from './lib/command-line.mjs';

await runCommand(async (args) => {
  const { fuzz } = await import('./lib/fuzz.mjs');
  return fuzz(args);
});
