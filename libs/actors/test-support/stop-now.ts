import type { TestSystem } from '../src/index.js';

/** Stops a test's actors without waiting for handlers that do not return. */
export function stopNow({ system, clock }: Pick<TestSystem, 'system' | 'clock'>): Promise<void> {
  const stopped = system.stop(0);
  clock.advance(0);
  return stopped;
}
