import { ECHO_IMAGE } from './bench-images.mjs';
import { median } from './figures.mjs';
import { SystemUnderTest } from './system-under-test.mjs';

const WORKERS = 4;
const BATCH = 50;
const MEBIBYTE = 1024 * 1024;
/** Parts of the run whose memory is compared: the second, when caches and heap have their size, and the last. */
const PARTS = 10;

/** Memory of the server over many executions. @returns `residentMiB`: the median of each tenth of the run */
export async function endurance({ engineUrl, executions, status }) {
  const system = await SystemUnderTest.start(engineUrl);
  try {
    const actor = await system.register(ECHO_IMAGE, WORKERS);
    const samples = [];
    for (let done = 0; done < executions; done += BATCH) {
      status(`endurance: ${done} of ${executions} executions`);
      await system.burst(actor, Math.min(BATCH, executions - done));
      samples.push(system.residentBytes / MEBIBYTE);
    }
    const each = Math.max(1, Math.floor(samples.length / PARTS));
    const parts = Array.from({ length: PARTS }, (_, at) => samples.slice(at * each, (at + 1) * each));
    return { executions, residentMiB: parts.filter((part) => part.length > 0).map(median) };
  } finally {
    status('cleaning up');
    await system.stop();
  }
}
