import { BaseRef } from './base-ref.js';
import type { Cell } from './cell.js';
import type { Clock } from './clock.js';
import type { Ref } from './ref.js';

/** Points at the cell itself, so it can never reach a successor of the same name. */
export class CellRef<in M> extends BaseRef<M> {
  constructor(readonly cell: Cell) {
    super();
  }

  get path(): string {
    return this.cell.path;
  }

  protected get clock(): Clock {
    return this.cell.clock;
  }

  override tell(message: M): void {
    this.cell.accept(message);
  }

  deliver(item: unknown): void {
    this.cell.deliver(item);
  }

  offer(message: M, options?: { readonly signal?: AbortSignal }): Promise<void> {
    return this.cell.offer(message, options?.signal);
  }
}

/** @throws TypeError when the ref was not made by this library, or is that of an on-demand child. */
export function cellOf(ref: Ref<never>): Cell {
  if (ref instanceof CellRef) return ref.cell;
  throw new TypeError(
    ref instanceof BaseRef
      ? `${ref.path} comes and goes on demand: it cannot be watched, stopped or subscribed`
      : 'Not a ref of an actor system',
  );
}
