import { ActorSystem } from '../actor-system.js';
import type { DeadLetter } from '../dead-letter.js';
import type { Failure } from '../observer.js';
import { FaultInjector } from './fault-injector.js';
import { ManualClock } from './manual-clock.js';

/** An actor system for a test: its time stands still, it keeps what it reports, and its actors fail on demand. */
export interface TestSystem {
  readonly system: ActorSystem;
  readonly clock: ManualClock;
  readonly faults: FaultInjector;
  readonly deadLetters: readonly DeadLetter[];
  readonly failures: readonly Failure[];
  /**
   * Stops the system. For the end of a test.
   * @throws LeaksFound when actors, timers or subscriptions are left, or a planned fault has not struck.
   */
  readonly finish: () => Promise<void>;
}

/** Something outlived its actor system. */
export class LeaksFound extends Error {
  override readonly name = 'LeaksFound';
  constructor(readonly leaks: readonly string[]) {
    super(`Left after the system has stopped:\n${leaks.map((leak) => `  ${leak}`).join('\n')}`);
  }
}

export function createTestSystem(): TestSystem {
  const clock = new ManualClock();
  const faults = new FaultInjector();
  const deadLetters: DeadLetter[] = [];
  const failures: Failure[] = [];
  const living = new Set<string>();
  const system = new ActorSystem({
    clock,
    interceptor: faults,
    observer: {
      spawned: (path) => living.add(path),
      stopped: (path) => living.delete(path),
      deadLetter: (letter) => deadLetters.push(letter),
      failed: (failure) => failures.push(failure),
    },
  });
  const finish = async (): Promise<void> => {
    await system.stop();
    const leaks = [...Array.from(living, (path) => `actor ${path}`), ...faults.unused];
    if (clock.pending > 0) leaks.push(`${clock.pending} timer(s), the next in ${clock.nextInMs} ms`);
    if (system.events.observed) leaks.push('subscriptions to the events of the system');
    if (leaks.length > 0) throw new LeaksFound(leaks);
  };
  return { system, clock, faults, deadLetters, failures, finish };
}
