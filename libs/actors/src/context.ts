import type { BehaviorFactory } from './behavior.js';
import type { Ref } from './ref.js';
import type { SupervisionStrategy } from './supervision.js';

export interface SpawnOptions {
  /** How failures of this actor are handled. Default: restart with backoff 100 ms to 10 s. */
  readonly supervision?: SupervisionStrategy;
  /** Most messages that may wait. Default 100,000. Beyond it the newest is refused: a dead letter, `MailboxFull` for an ask. */
  readonly mailboxCapacity?: number;
  /** How long `postStop` and the children may take when the actor stops, milliseconds. Default 10,000. */
  readonly stopDeadlineMs?: number;
}

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

  /** Starts a child. @throws NameTaken when a living child has this name, InvalidName when it contains `/` or is empty. */
  spawn<C>(name: string, factory: BehaviorFactory<C>, options?: SpawnOptions): Ref<C>;
  /** The living child of this name. */
  child(name: string): Ref<never> | undefined;
  readonly children: readonly Ref<never>[];

  /** Stops a child (after its current message; what still waits becomes dead letters), or this actor when called without. */
  stop(child?: Ref<never>): void;
  /** Stops a child and resolves when its subtree is gone or its deadline passed. */
  stopChild(child: Ref<never>): Promise<void>;

  /** Delivers `message` to this actor once `target` has stopped, at once when it already has. */
  watch(target: Ref<never>, message: M): void;
  unwatch(target: Ref<never>): void;

  /** Delivers `message` after `delayMs`. A timer with the same `key` is replaced. Timers die with the actor's incarnation. */
  schedule(delayMs: number, message: M, key?: string): Cancel;
  /** Delivers `message` every `intervalMs`, first after one interval. Missed ticks are not made up. */
  scheduleEvery(intervalMs: number, message: M, key?: string): Cancel;
  /** Delivers `message` once no other message came for `idleMs`; `undefined` ends it. */
  setReceiveTimeout(idleMs: number | undefined, message?: M): void;

  /** Turns the end of a promise into a message to this actor, so that no handler has to wait for it. */
  pipeToSelf<T>(promise: Promise<T>, toMessage: (outcome: Outcome<T>) => M): void;
}
