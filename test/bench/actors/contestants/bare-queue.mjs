/** An array, drained from `setImmediate`, one message at a time: what a program does that uses no actors. */
class BareQueue {
  #messages = [];
  #draining = false;
  #handle;

  constructor(handle) {
    this.#handle = handle;
  }

  push(message) {
    this.#messages.push(message);
    if (this.#draining) return;
    this.#draining = true;
    setImmediate(() => this.#drain());
  }

  async #drain() {
    while (this.#messages.length > 0) {
      const messages = this.#messages;
      this.#messages = [];
      for (const message of messages) {
        const result = this.#handle(message);
        if (result instanceof Promise) await result;
      }
    }
    this.#draining = false;
  }
}

/** Bare queues: no names, tree, supervision, deadlines or bound of what waits. */
export function open({ started, handled }) {
  return {
    spawn: () => {
      let count = 0;
      started();
      return new BareQueue((message) => {
        if (message.type === 'get') message.reply(count);
        else {
          count += message.amount;
          handled();
        }
      });
    },
    tell: (queue) => queue.push({ type: 'add', amount: 1 }),
    ask: (queue) => new Promise((reply) => queue.push({ type: 'get', reply })),
    close: () => undefined,
  };
}
