import { ActorSystem } from '../actor-system.js';
import type { DeadLetter } from '../dead-letter.js';
import type { Failure } from '../observer.js';
import { ManualClock } from './manual-clock.js';

/** An actor system for a test: its time stands still, and it keeps what it reports. */
export interface TestSystem {
  readonly system: ActorSystem;
  readonly clock: ManualClock;
  readonly deadLetters: readonly DeadLetter[];
  readonly failures: readonly Failure[];
}

export function createTestSystem(): TestSystem {
  const clock = new ManualClock();
  const deadLetters: DeadLetter[] = [];
  const failures: Failure[] = [];
  const system = new ActorSystem({
    clock,
    observer: { deadLetter: (letter) => deadLetters.push(letter), failed: (failure) => failures.push(failure) },
  });
  return { system, clock, deadLetters, failures };
}
