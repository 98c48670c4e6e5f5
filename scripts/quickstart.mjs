import { runCommand } from './lib/command-line.mjs';

await runCommand(async (args) => {
  const { quickstart } = await import('./lib/quickstart.mjs');
  return quickstart(args);
});
