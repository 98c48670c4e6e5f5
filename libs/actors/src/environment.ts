import type { Clock } from './clock.js';
import type { DeadLetter } from './dead-letter.js';
import type { Scheduler } from './scheduler.js';

/** What all cells of a system share. */
export interface Environment {
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  /** Never throws. */
  reportDeadLetter(letter: DeadLetter): void;
  /** Never throws. */
  reportFailure(failure: { path: string; error: Error; directive: string }): void;
}
