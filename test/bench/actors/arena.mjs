import { Countdown } from './countdown.mjs';

/** A system of one contestant with its actors. */
export class Arena {
  #open;
  #started = new Countdown();
  #handled = new Countdown();
  #actors = [];
  system;

  /** @param open what a file of `contestants/` exports */
  static async of(open) {
    const arena = new Arena();
    arena.#open = open;
    await arena.reopen();
    return arena;
  }

  /** Stops all actors and begins with a new system. */
  async reopen() {
    await this.system?.close(this.#actors);
    this.#actors = [];
    this.system = await this.#open({ started: this.#started.hit, handled: this.#handled.hit });
  }

  /** @returns so many actors, all of them started */
  async spawn(count) {
    const allStarted = this.#started.from(count);
    const actors = Array.from({ length: count }, (_, number) => this.system.spawn(`counter-${number}`));
    await allStarted;
    this.#actors = typeof actors[0].then === 'function' ? await Promise.all(actors) : actors;
    return this.#actors;
  }

  /** @returns an actor that has so many children, all of them started */
  async spawnParent(children) {
    const allStarted = this.#started.from(children + 1);
    const parent = this.system.spawnParent(children);
    await allStarted;
    return parent;
  }

  /** Tells each actor `rounds` times, one actor after the other. @returns the number of messages, once all are handled */
  async tell(actors, rounds) {
    const messages = actors.length * rounds;
    const allHandled = this.#handled.from(messages);
    const { system } = this;
    for (let round = 0; round < rounds; round++) for (const actor of actors) system.tell(actor);
    await allHandled;
    return messages;
  }

  /** Keeps `inFlight` asks waiting. @returns the number of asks, once all are answered */
  async ask(actor, asks, inFlight) {
    const { system } = this;
    let left = asks;
    const lane = async () => {
      while (left-- > 0) await system.ask(actor);
    };
    await Promise.all(Array.from({ length: inFlight }, lane));
    return asks;
  }
}
