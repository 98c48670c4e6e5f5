import { contained } from './contained.js';
import type { DeadLetter } from './dead-letter.js';
import { EventStream } from './event-stream.js';
import type { ActorObserver, Failure, Handled, SystemEvent } from './observer.js';

/** Tells the observer and the event stream what happens in one actor system. Nothing here throws. */
export class Reports {
  readonly events = new EventStream<SystemEvent>();
  /** Whether `handled` is wanted, and so worth two looks at the clock for each message. */
  readonly measuring: boolean;
  private readonly published = new WeakSet();

  constructor(private readonly observer: ActorObserver) {
    this.measuring = observer.handled !== undefined;
  }

  spawned(path: () => string): void {
    if (this.observer.spawned) contained(() => this.observer.spawned?.(path()));
    if (this.events.observed) this.publish({ type: 'spawned', path: path() });
  }

  restarted(path: string, restarts: number): void {
    contained(() => this.observer.restarted?.(path, restarts));
    this.publish({ type: 'restarted', path, restarts });
  }

  stopped(path: () => string): void {
    if (this.observer.stopped) contained(() => this.observer.stopped?.(path()));
    if (this.events.observed) this.publish({ type: 'stopped', path: path() });
  }

  failed(failure: Failure): void {
    contained(() => this.observer.failed?.(failure));
    this.publish({ type: 'failed', ...failure });
  }

  handled(handled: Handled): void {
    contained(() => this.observer.handled?.(handled));
  }

  deadLetter(letter: DeadLetter): void {
    contained(() => this.observer.deadLetter?.(letter));
    // Otherwise a subscriber that does not handle its events would get more and more of them.
    if (!this.published.has(letter.message as object)) this.publish({ type: 'dead-letter', ...letter });
  }

  private publish(event: SystemEvent): void {
    if (!this.events.observed) return;
    this.published.add(event);
    this.events.publish(event);
  }
}
