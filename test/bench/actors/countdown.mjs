/** Counts events down from a number. One of it serves a whole process, so that the hook stays one and the same function. */
export class Countdown {
  #left = 0;
  #resolve;

  /** @returns a promise that resolves when `hit` has been called `count` times from now on */
  from(count) {
    this.#left = count;
    return new Promise((resolve) => (this.#resolve = resolve));
  }

  hit = () => {
    this.#left -= 1;
    if (this.#left === 0) this.#resolve();
  };
}
