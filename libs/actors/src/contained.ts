import { isPromise } from './behavior-calls.js';

/** Tells somebody outside of an actor system something. That must not fail; if it does, nobody here may suffer from it. */
export function contained(tell: () => unknown): void {
  try {
    const told = tell();
    if (isPromise(told)) told.then(undefined, ignore);
  } catch {
    ignore();
  }
}

/** There is nobody left to tell. */
function ignore(): void {}
