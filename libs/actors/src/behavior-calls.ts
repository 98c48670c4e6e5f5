import type { Behavior, BehaviorObject, BehaviorResult } from './behavior.js';
import type { ActorContext } from './context.js';

export function isPromise<T>(value: T | Promise<T>): value is Promise<T> {
  return typeof (value as { then?: unknown } | undefined)?.then === 'function';
}

/** @throws TypeError when JavaScript handed over something that is no behavior. */
export function checkBehavior(path: string, given: Behavior<unknown>): Behavior<unknown> {
  if (
    typeof given === 'function' ||
    typeof (given as Partial<BehaviorObject<unknown>> | null)?.receive === 'function'
  ) {
    return given;
  }
  throw new TypeError(`${path} needs a behavior, not ${given === null ? 'null' : typeof given}`);
}

export function receive(
  behavior: Behavior<unknown>,
  message: unknown,
  context: ActorContext<unknown>,
): BehaviorResult<unknown> | Promise<BehaviorResult<unknown>> {
  return typeof behavior === 'function' ? behavior(message, context) : behavior.receive(message, context);
}
