import type { Cell } from './cell.js';
import { PendingAsk, Request } from './pending-ask.js';
import type { AskOptions, Ref, ReplyTo } from './ref.js';
import { toError } from './to-error.js';

/** The only implementation of `Ref`: it points at the cell itself, so it can never reach a successor of the same name. */
export class CellRef<in M> implements Ref<M> {
  constructor(readonly cell: Cell) {}

  get path(): string {
    return this.cell.path;
  }

  tell(message: M): void {
    this.cell.accept(message);
  }

  ask<R>(makeMessage: (replyTo: ReplyTo<R>) => M, options?: AskOptions): Promise<R> {
    let ask: PendingAsk<R>;
    try {
      ask = new PendingAsk<R>(this.cell, options);
    } catch (error) {
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- an abort reason may be anything
      return Promise.reject(error);
    }
    try {
      this.cell.accept(new Request(makeMessage(ask), ask));
    } catch (error) {
      ask.fail(toError(error));
    }
    return ask.promise;
  }

  toJSON(): string {
    return this.path;
  }
}

/** @throws TypeError when the ref was not made by this library. */
export function cellOf(ref: Ref<never>): Cell {
  if (ref instanceof CellRef) return ref.cell;
  throw new TypeError('Not a ref of an actor system');
}
