import { cellOf } from './cell-ref.js';
import { contained } from './contained.js';
import type { Ref } from './ref.js';
import type { Watcher } from './addressee.js';

/** From a call of `subscribe` to its end. */
interface Subscription<E> {
  active: boolean;
  readonly deliver: (event: E) => void;
  readonly end: () => void;
}

/**
 * Publish and subscribe inside one process: every event goes to everyone who has subscribed by then, in the order in which they
 * subscribed. Nothing is kept for later.
 */
export class EventStream<E> {
  private readonly subscriptions = new Map<object, Subscription<E>>();

  /** Whether anybody listens. */
  get observed(): boolean {
    return this.subscriptions.size > 0;
  }

  /**
   * An actor gets each event as a message until it begins to stop; a function is called at once, and what it throws is ignored.
   * Subscribing twice is subscribing once.
   * @returns what ends the subscription; it may be called again
   */
  subscribe(subscriber: Ref<E> | ((event: E) => void)): () => void {
    return typeof subscriber === 'function' ? this.addListener(subscriber) : this.addActor(subscriber);
  }

  publish(event: E): void {
    for (const subscription of [...this.subscriptions.values()]) if (subscription.active) subscription.deliver(event);
  }

  private addListener(listener: (event: E) => void): () => void {
    return this.add(listener, (event) => contained(() => listener(event))).end;
  }

  private addActor(ref: Ref<E>): () => void {
    const cell = cellOf(ref);
    const present = this.subscriptions.get(cell);
    if (present) return present.end;
    const deliver = (event: E) => {
      if (!cell.isStopping) ref.tell(event);
    };
    const { end } = this.add(cell, deliver, () => cell.removeWatcher(watcher));
    const watcher: Watcher = { notify: end };
    cell.addWatcher(watcher);
    return end;
  }

  private add(key: object, deliver: (event: E) => void, ended = () => {}): Subscription<E> {
    const present = this.subscriptions.get(key);
    if (present) return present;
    const end = () => {
      if (!subscription.active) return;
      subscription.active = false;
      this.subscriptions.delete(key);
      ended();
    };
    const subscription: Subscription<E> = { active: true, deliver, end };
    this.subscriptions.set(key, subscription);
    return subscription;
  }
}
