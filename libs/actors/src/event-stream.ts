import { cellOf } from './cell-ref.js';
import type { Ref } from './ref.js';
import type { Watcher } from './addressee.js';

/**
 * Publish and subscribe inside one process: every event goes to everyone who has subscribed by then, in the order in which they
 * subscribed. Nothing is kept for later.
 */
export class EventStream<E> {
  private readonly subscribers = new Map<object, (event: E) => void>();

  /** Whether anybody listens. */
  get observed(): boolean {
    return this.subscribers.size > 0;
  }

  /**
   * An actor gets each event as a message until it stops; a function is called at once, and what it throws is ignored.
   * Subscribing twice is subscribing once.
   * @returns what ends the subscription; it may be called again
   */
  subscribe(subscriber: Ref<E> | ((event: E) => void)): () => void {
    return typeof subscriber === 'function' ? this.addListener(subscriber) : this.addActor(subscriber);
  }

  publish(event: E): void {
    for (const deliver of [...this.subscribers.values()]) deliver(event);
  }

  private addListener(listener: (event: E) => void): () => void {
    this.subscribers.set(listener, (event) => {
      try {
        listener(event);
      } catch {
        // Neither the publisher nor the other subscribers may suffer from it, and there is nobody else to tell.
      }
    });
    return () => this.subscribers.delete(listener);
  }

  private addActor(ref: Ref<E>): () => void {
    const cell = cellOf(ref);
    if (this.subscribers.has(cell)) return () => this.subscribers.delete(cell);
    const watcher: Watcher = { notify: () => this.subscribers.delete(cell) };
    this.subscribers.set(cell, (event) => ref.tell(event));
    cell.addWatcher(watcher);
    return () => {
      this.subscribers.delete(cell);
      cell.removeWatcher(watcher);
    };
  }
}
