import type { Cell } from './cell.js';
import { cellOf } from './cell-ref.js';
import type { Ref } from './ref.js';
import type { Routee } from './routing.js';

/** A child of a router, until it has stopped. */
export class ChildRoutee<in M> implements Routee {
  private readonly cell: Cell;

  constructor(
    readonly number: number,
    readonly ref: Ref<M>,
    stopped: (routee: ChildRoutee<M>) => void,
  ) {
    this.cell = cellOf(ref);
    this.cell.addWatcher({ notify: () => stopped(this) });
  }

  get load(): number {
    return this.cell.load;
  }

  get isRunning(): boolean {
    return this.cell.isRunning;
  }

  get isStopping(): boolean {
    return this.cell.isStopping;
  }
}
