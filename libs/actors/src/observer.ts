import type { DeadLetter } from './dead-letter.js';
import type { Directive } from './supervision.js';

/** A failure and what supervision decided. */
export interface Failure {
  readonly path: string;
  readonly error: Error;
  readonly directive: Directive;
}

/** One message that an actor has handled. */
export interface Handled {
  readonly path: string;
  /** From the call of the handler until its promise settled, milliseconds. */
  readonly durationMs: number;
  /** Messages that wait behind it. */
  readonly waiting: number;
  /** Whether the handler threw. */
  readonly failed: boolean;
}

/**
 * Hooks for metrics, tracing and logs. Every hook is optional: one that is left out costs nothing. They run in the actor's turn,
 * so they must be quick; what they throw is ignored, because no actor may suffer from being observed.
 */
export interface ActorObserver {
  spawned?(path: string): void;
  /** A new behavior has been made after a failure. @param restarts how often since it was spawned, from 1 */
  restarted?(path: string, restarts: number): void;
  /** The actor and its subtree are gone. */
  stopped?(path: string): void;
  failed?(failure: Failure): void;
  handled?(handled: Handled): void;
  deadLetter?(letter: DeadLetter): void;
}

/**
 * The hooks as events of `ActorSystem.events`. `handled` is not among them, it would be one event a message; nor is a dead letter
 * that is such an event itself: only the observer hears of an event that its subscriber lost.
 */
export type SystemEvent =
  | { readonly type: 'spawned'; readonly path: string }
  | { readonly type: 'restarted'; readonly path: string; readonly restarts: number }
  | { readonly type: 'stopped'; readonly path: string }
  | ({ readonly type: 'failed' } & Failure)
  | ({ readonly type: 'dead-letter' } & DeadLetter);
