import type { Behavior, BehaviorFactory } from './behavior.js';
import { isPromise } from './behavior-calls.js';
import { cellOf } from './cell-ref.js';
import type { ActorContext } from './context.js';
import { DeliveryFeed } from './delivery-feed.js';
import { checkDurableOptions, type DurableOptions } from './durable-options.js';
import { DurableRef, type Lasting } from './durable-ref.js';
import type { CellOptions } from './spawn-options.js';

/**
 * Starts an actor that gets its messages from a durable mailbox, too: a supervised actor like any other, with a consumer of the
 * mailbox that is attached when the factory has first succeeded, and closed after `postStop`. A stop waits for that, within its
 * deadline.
 *
 * - At least once: a message is accepted when the promise of its handler has resolved. A handler must not return before the work
 *   is done; what it puts aside (`stash`) or hands on (`forward`) is accepted when it has been handled there.
 * - A handler that throws, or an actor it was forwarded to that stops, makes the message wait and be tried again, at last to go
 *   to the dead-letter mailbox; that is reported as a dead letter with reason `undeliverable`. A message for which the mailbox of
 *   the actor has no room waits, too.
 * - A stop gives back what is not accepted, and so does a stop deadline, even while a handler still runs. A restart keeps it.
 * - Messages that come twice are not filtered.
 * - What the broker fails to do (attaching, publishing a dead letter) is reported as a failure with directive `resume`, and tried
 *   again until the actor stops.
 *
 * @param parent an actor system, or the context of the actor whose child it becomes
 * @throws RangeError for an option out of range; NameTaken, InvalidName, ActorStopped like `spawn`
 */
export function spawnDurable<M, D extends M = Lasting<M>>(
  parent: Pick<ActorContext<never>, 'spawn'>,
  name: string,
  factory: BehaviorFactory<M>,
  options: DurableOptions<D>,
): DurableRef<M, D> {
  checkDurableOptions(options);
  const feed = new DeliveryFeed(options);
  const fed: BehaviorFactory<M> = (context) => {
    const running = (behavior: Behavior<M>): Behavior<M> => {
      feed.begin(cellOf(context.self));
      return behavior;
    };
    const made = factory(context);
    return isPromise(made) ? made.then(running) : running(made);
  };
  const cellOptions: CellOptions = { ...options, afterStop: () => feed.close() };
  const ref = parent.spawn(name, fed, cellOptions);
  // A handler that outlasts the stop deadline must not keep its message from others.
  cellOf(ref).addWatcher({ notify: () => void feed.close() });
  return new DurableRef<M, D>(ref, options);
}
