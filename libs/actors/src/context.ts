import type { BehaviorFactory } from './behavior.js';
import type { Ref } from './ref.js';
import type { SpawnOptions } from './spawn-options.js';

/** Ends a timer. Idempotent. */
export type Cancel = () => void;

/** How a promise ended, for `pipeToSelf`. */
export type Outcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: Error };

/** What an actor may do. Valid only inside its own handlers, timers and hooks. */
export interface ActorContext<M> {
  readonly self: Ref<M>;
  readonly name: string;
  readonly path: string;
  /** Aborted when the actor begins to stop or to restart: pass it to long calls. */
  readonly signal: AbortSignal;

  /**
   * Starts a child.
   * @throws NameTaken when a child of this name has not stopped yet, InvalidName when it contains `/` or is empty, ActorStopped
   *   when this actor has begun to stop or to restart.
   */
  spawn<C>(name: string, factory: BehaviorFactory<C>, options?: SpawnOptions): Ref<C>;
  /** The child of this name, until it has stopped. */
  child(name: string): Ref<never> | undefined;
  readonly children: readonly Ref<never>[];

  /**
   * Stops a child (after its current message; what still waits becomes dead letters), or this actor when called without.
   * @throws NotAChild when the ref is another actor's child.
   */
  stop(child?: Ref<never>): void;
  /** Stops a child and resolves when its subtree is gone or its deadline passed. @throws NotAChild (not as a rejection). */
  stopChild(child: Ref<never>): Promise<void>;

  /**
   * Delivers `message` to this actor once `target` has stopped, at once when it already has. It goes before the messages that
   * wait, also before those that `target` sent. Watches end with the actor's incarnation.
   */
  watch(target: Ref<never>, message: M): void;
  unwatch(target: Ref<never>): void;

  /** Delivers `message` after `delayMs`. A timer with the same `key` is replaced. Timers die with the actor's incarnation. */
  schedule(delayMs: number, message: M, key?: string): Cancel;
  /** Delivers `message` every `intervalMs`, first after one interval. Missed ticks are not made up. */
  scheduleEvery(intervalMs: number, message: M, key?: string): Cancel;
  /** Delivers `message` when no other message came for `idleMs`, and again after each further such period; `undefined` ends it. */
  setReceiveTimeout(idleMs: number | undefined, message?: M): void;

  /**
   * Turns the end of a promise into a message to this actor, so that no handler has to wait for it. `toMessage` runs in the
   * actor's own turn. If the actor has stopped or restarted meanwhile, the outcome becomes a dead letter.
   */
  pipeToSelf<T>(promise: Promise<T>, toMessage: (outcome: Outcome<T>) => M): void;

  /**
   * Puts the message that is being handled aside, with the asker who waits for it. `unstashAll` brings it back; so does a restart.
   * @throws StashFull when as many are aside as `stashCapacity` allows.
   */
  stash(): void;
  /** Puts everything stashed before all that waits, in the order in which it first came. */
  unstashAll(): void;
  /** Messages that are put aside. */
  readonly stashed: number;

  /**
   * Hands the message that is being handled on to another actor, together with what is owed for it: if it was asked, `target`
   * owes the reply from now on, and the ask fails at once when `target` stops or fails.
   */
  forward<N>(target: Ref<N>, message: N): void;

  /**
   * Stops this actor unless messages wait for it. In an `OnDemandChildren`, what comes afterwards starts a new one, so that
   * nothing is lost. Replies it still owes fail with `ActorStopped`.
   * @returns whether it stops.
   */
  passivate(): boolean;
}
