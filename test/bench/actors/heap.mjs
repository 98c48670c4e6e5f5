import { setImmediate as nextTurn } from 'node:timers/promises';

const ACTORS = 50_000;
const WARM_UP_ACTORS = 1_000;
/** More than any contestant needs to give up what an idle actor does not keep. */
const TURNS = 100;

async function heapUsed() {
  for (let turn = 0; turn < TURNS; turn++) await nextTurn();
  globalThis.gc();
  return process.memoryUsage().heapUsed;
}

/** Bytes of heap that an idle actor keeps which has handled a message, with its name and the address its user has. */
export async function heapPerActor(arena) {
  await arena.tell(await arena.spawn(WARM_UP_ACTORS), 1); // code and tables of the library itself
  await arena.reopen();
  const before = await heapUsed();
  const actors = await arena.spawn(ACTORS);
  await arena.tell(actors, 1);
  return ((await heapUsed()) - before) / actors.length;
}
