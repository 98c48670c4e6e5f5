import type { Watcher } from './addressee.js';
import type { Cell } from './cell.js';
import { Envelope } from './envelope.js';
import type { Incarnation } from './incarnation.js';

/** One actor's interest in the end of another. It is its own envelope: the notice. */
export class Watch extends Envelope implements Watcher {
  readonly reported = false;
  live = true;

  constructor(
    private readonly watcher: Incarnation<never>,
    readonly target: Cell,
    readonly content: unknown,
  ) {
    super();
  }

  /** The target has stopped. */
  notify(): void {
    this.watcher.enqueueSignal(this);
  }

  open(): unknown {
    this.watcher.watchEnded(this);
    return this.content;
  }

  cancel(): void {
    this.live = false;
    this.target.removeWatcher(this);
  }
}
