import { runCommand } from './lib/command-line.mjs';

await runCommand(async (args) => {
  const { soak } = await import('./lib/soak.mjs');
  return soak(args);
});
