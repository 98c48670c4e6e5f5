import comedy from 'comedy';

const IN_MEMORY = { mode: 'in-memory' };

/** comedy without forks. `test` silences its log; a `busyLagLimit` of 0 makes it accept messages however long a burst is. */
export async function open({ started, handled }) {
  const system = comedy.createSystem({ test: true, busyLagLimit: 0 });
  const root = await system.rootActor();
  class Counter {
    #count = 0;
    initialize() {
      started();
    }
    add(amount) {
      this.#count += amount;
      handled();
    }
    get() {
      return this.#count;
    }
  }
  return {
    /** @returns a promise: comedy has no address for an actor that has not started yet */
    spawn: (name) => root.createChild(Counter, { ...IN_MEMORY, name }),
    tell: (actor) => void actor.send('add', 1),
    ask: (actor) => actor.sendAndReceive('get'),
    close: () => system.destroy(),
  };
}
