import { ECHO_IMAGE } from './bench-images.mjs';
import { median } from './figures.mjs';
import { SystemUnderTest } from './system-under-test.mjs';

const WORKERS = 4;

/**
 * Executions per second of many actors with a worker each beside those of one actor with four, in turn, on a server of their own
 * whose host has room for all these workers.
 * @param count of the actors; in each round every one gets one message, and the single actor as many as they together
 */
export async function manyActors({ engineUrl, count, rounds, status }) {
  const settings = { 'spawner.max_workers_per_host': count + WORKERS, 'spawner.headroom': 0 };
  const system = await SystemUnderTest.start(engineUrl, settings);
  try {
    status(`registering ${count} actors`);
    const many = [];
    while (many.length < count) many.push(await system.register(ECHO_IMAGE, 1));
    const one = await system.register(ECHO_IMAGE, WORKERS);
    await system.burst(one, 4 * WORKERS);
    await system.burstOver(many, count);
    const rates = { one: [], many: [] };
    for (let round = 1; round <= rounds; round++) {
      status(`${count} actors: round ${round} of ${rounds}`);
      rates.one.push((await system.burst(one, count)).perSecond);
      rates.many.push((await system.burstOver(many, count)).perSecond);
    }
    return { count, one: median(rates.one), many: median(rates.many) };
  } finally {
    status('cleaning up');
    await system.stop();
  }
}
