import type { BehaviorFactory, BehaviorObject } from './behavior.js';
import { ChildRoutee } from './child-routee.js';
import type { ActorContext } from './context.js';
import { StashFull } from './errors.js';
import type { Routing } from './routing.js';
import { checkSpawnOptions, type SpawnOptions } from './spawn-options.js';

export interface RouterOptions<M> {
  /** How many routees there are, an integer from 1. They are children of the router, `routee-1` to `routee-<n>`. */
  readonly routees: number;
  /** Makes the behavior of a routee, at each of its starts; `context.name` tells which one it is. */
  readonly routee: BehaviorFactory<M>;
  /** Chooses the routee of a message: `roundRobin()`, `leastBusy()`, `consistentHash(key)`, or one of your own. */
  readonly routing: Routing<M>;
  /** Options of every routee, its supervision among them. Default: those of `spawn`. */
  readonly spawnOptions?: SpawnOptions;
  /**
   * What becomes of a routee that has stopped for good. `false` (default): it is taken out, and the router stops when none is left.
   * `true`: the next message starts another one in its place, without delay; a message that must wait until the old one is gone
   * waits in the router's stash (`stashCapacity`), and is a dead letter only when that is full.
   */
  readonly replace?: boolean;
  /**
   * Whether a message is for all routees that do not stop. Of an asked one the first reply counts, and the routee with the lowest
   * number owes it. Default: none is.
   */
  readonly broadcast?: (message: M) => boolean;
}

/**
 * The behavior of a router: an actor that hands every message on to one of its children, the routees, so that they work at the
 * same time. An ask through it is owed by the routee, and fails at once when that one stops or throws. Messages of one sender stay
 * in order on their way to the same routee, and only there. A routee whose mailbox is full refuses as any actor does: `offer` waits
 * for room in the mailbox of the router, not of its routees.
 *
 * A routee that restarts keeps its place and its messages. When the router itself fails (a routee has escalated, `routing` or
 * `broadcast` threw) its own supervision decides: a restart starts all routees anew, `resume` drops the one message.
 *
 * @throws RangeError when an option is out of range.
 * @example system.spawn('pool', router<Job>({ routees: 8, routing: leastBusy(), routee: () => (job) => work(job) }));
 */
export function router<M>(options: RouterOptions<M>): BehaviorFactory<M> {
  const { routees, spawnOptions } = options;
  if (!Number.isSafeInteger(routees) || routees < 1) {
    throw new RangeError(`routees must be an integer from 1, not ${String(routees)}`);
  }
  checkSpawnOptions(spawnOptions ?? {});
  return (context) => new Router(context, options);
}

/** One start of a router. */
class Router<M> implements BehaviorObject<M> {
  /** In ascending order of their numbers. With `replace` they are all here, otherwise those that may take messages. */
  private routees: ChildRoutee<M>[];
  /** Numbers of the routees to be replaced. */
  private readonly vacant: number[] = [];
  private readonly choose: ReturnType<Routing<M>>;

  constructor(
    private readonly context: ActorContext<M>,
    private readonly options: RouterOptions<M>,
  ) {
    this.choose = options.routing();
    this.routees = Array.from({ length: options.routees }, (_, index) => this.start(index + 1));
  }

  receive(message: M): void {
    for (let number = this.vacant.pop(); number !== undefined; number = this.vacant.pop()) {
      this.routees[number - 1] = this.start(number);
    }
    if (this.options.broadcast?.(message)) this.toAll(message);
    else this.toOne(message);
  }

  private start(number: number): ChildRoutee<M> {
    const { routee, spawnOptions } = this.options;
    const ref = this.context.spawn(`routee-${number}`, routee, spawnOptions);
    return new ChildRoutee(number, ref, (stopped) => this.stopped(stopped));
  }

  private toAll(message: M): void {
    const [first, ...others] = this.routees.filter(({ isStopping }) => !isStopping);
    if (!first) return this.toOne(message);
    this.context.forward(first.ref, message);
    for (const { ref } of others) ref.tell(message);
  }

  private toOne(message: M): void {
    const { context, options } = this;
    while (this.routees.length > 0) {
      const routee = this.choose(message, this.routees);
      if (!routee.isStopping) return context.forward(routee.ref, message);
      if (options.replace) return this.postpone(routee, message);
      this.takeOut(routee);
    }
    // It stops, so it refuses what it is handed.
    context.forward(context.self, message);
  }

  /** The message waits until the routee is gone and another may take its place. */
  private postpone({ ref }: ChildRoutee<M>, message: M): void {
    try {
      this.context.stash();
    } catch (error) {
      if (!(error instanceof StashFull)) throw error;
      // The routee refuses it, so that it is reported and its asker learns it.
      this.context.forward(ref, message);
    }
  }

  private takeOut(routee: ChildRoutee<M>): void {
    this.routees = this.routees.filter((other) => other !== routee);
    if (this.routees.length === 0) this.context.stop();
  }

  /** Runs when a routee has stopped, between two messages of the router. */
  private stopped(routee: ChildRoutee<M>): void {
    if (!this.options.replace) return this.takeOut(routee);
    this.vacant.push(routee.number);
    this.context.unstashAll();
  }
}
