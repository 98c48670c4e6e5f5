/**
 * Loaded into a server before its own program (`node --import`): on SIGUSR2 all garbage is collected, and the live heap is written to
 * the file `ABACO_BENCH_HEAP`, bytes. What a process holds cannot be told from what it has not collected yet in any other way.
 */
import { renameSync, writeFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const file = process.env.ABACO_BENCH_HEAP;
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');

process.on('SIGUSR2', () => {
  collect();
  collect(); // what finalizers of the first one have let go
  writeFileSync(`${file}.new`, String(process.memoryUsage().heapUsed));
  renameSync(`${file}.new`, file);
});
