import { ECHO_IMAGE } from './bench-images.mjs';
import { SystemUnderTest } from './system-under-test.mjs';

const WORKERS = 4;
const BATCH = 50;
/** Parts of the run, after each of which the memory is looked at. */
const PARTS = 10;

/**
 * Memory of the server over many executions, without garbage.
 * @returns `memory`: what `memoryWithoutGarbage` does, after each tenth of the run
 */
export async function endurance({ engineUrl, executions, status }) {
  const system = await SystemUnderTest.start(engineUrl, {}, { collectable: true });
  try {
    const actor = await system.register(ECHO_IMAGE, WORKERS);
    const memory = [];
    const each = Math.ceil(executions / PARTS);
    for (let done = 0; done < executions;) {
      status(`endurance: ${done} of ${executions} executions`);
      const untilLook = each - (done % each);
      const batch = Math.min(BATCH, untilLook, executions - done);
      await system.burst(actor, batch);
      done += batch;
      if (batch === untilLook || done === executions) memory.push(await system.memoryWithoutGarbage());
    }
    return { executions, memory };
  } finally {
    status('cleaning up');
    await system.stop();
  }
}
