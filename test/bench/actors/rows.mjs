import { rateOf } from './stopwatch.mjs';
import { heapPerActor } from './heap.mjs';

const ONE_BURST = 200_000;
const MANY = 10_000;
const MESSAGES_EACH = 25;
const ASKS = 20_000;
const SPAWNED = 5_000;
const CHILDREN = 10_000;
/** Small, because nact handles some 1,000 messages/s beside so many children. */
const PARENT_BURST = 100;

const tellParent = async (arena, times, children) => {
  const parent = [await arena.spawnParent(children)];
  return rateOf(() => arena.tell(parent, PARENT_BURST), times);
};

const askOne = async (arena, times, inFlight) => {
  const [actor] = await arena.spawn(1);
  return rateOf(() => arena.ask(actor, ASKS, inFlight), times);
};

/**
 * The rows of the table. `needs` names what a contestant's system must offer for it; `measure(arena, times)` runs in a process
 * of its own.
 */
export const ROWS = {
  one: {
    title: 'one actor, messages/s',
    measure: async (arena, times) => {
      const actors = await arena.spawn(1);
      return rateOf(() => arena.tell(actors, ONE_BURST), times);
    },
  },
  many: {
    title: '10,000 actors, messages/s',
    measure: async (arena, times) => {
      const actors = await arena.spawn(MANY);
      return rateOf(() => arena.tell(actors, MESSAGES_EACH), times);
    },
  },
  askSequential: {
    title: 'ask one after another, asks/s',
    needs: 'ask',
    measure: (arena, times) => askOne(arena, times, 1),
  },
  askInFlight: {
    title: 'ask with 100 in flight, asks/s',
    needs: 'ask',
    measure: (arena, times) => askOne(arena, times, 100),
  },
  spawn: {
    title: 'spawn, actors/s',
    measure: (arena, times) =>
      rateOf(
        async () => (await arena.spawn(SPAWNED)).length,
        times,
        () => arena.reopen(),
      ),
  },
  childless: {
    title: 'a parent of none, messages/s',
    needs: 'spawnParent',
    measure: (arena, times) => tellParent(arena, times, 0),
  },
  parent: {
    title: 'a parent of 10,000, messages/s',
    needs: 'spawnParent',
    measure: (arena, times) => tellParent(arena, times, CHILDREN),
  },
  heap: { title: 'heap of an idle actor, bytes', measure: (arena) => heapPerActor(arena) },
};
