/** What a routing sees of one routee. */
export interface Routee {
  /** Which of the routees it is, from 1. One that is started in its place has the same number. */
  readonly number: number;
  /** Messages that wait for it, and one more while it handles one. */
  readonly load: number;
  /** It has a behavior that takes messages: it does not start, restart, back off or stop. */
  readonly isRunning: boolean;
  /** It has begun to stop and takes no more messages. With `replace`, what it is given waits for the next one in its place. */
  readonly isStopping: boolean;
}

/**
 * How a router spreads messages. It is called at each start of the router and makes the function that chooses one of `routees`
 * for a message; there is at least one, in ascending order of their numbers. What it throws is a failure of the router.
 */
export type Routing<in M> = () => <R extends Routee>(message: M, routees: readonly R[]) => R;
