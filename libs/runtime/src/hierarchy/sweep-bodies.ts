import type { ExecutionDbid } from '@abaco/contract';
import type { RuntimeServices } from '../runtime-services.js';

/** A body without an execution may be one that is being accepted, as long as it is younger than this, milliseconds. */
const ACCEPTED_WITHIN_MS = 3_600_000;
const BATCH = 500;

/**
 * Removes the message bodies that nobody will read: a process that is killed between the end of an execution and the removal
 * of its body leaves one, and one that is killed while it accepts a message a whole one or a part.
 * @returns how many
 */
export async function sweepBodies({ store }: Pick<RuntimeServices, 'store'>): Promise<number> {
  let removed = await store.bodies.sweepUploads(ACCEPTED_WITHIN_MS);
  for (let after: ExecutionDbid | undefined; ;) {
    const bodies = await store.bodies.list(after, BATCH);
    const known = await store.executions.listBodyNeeds(bodies.map(({ execution }) => execution));
    const needs = new Map(known.map(({ _id, isNeeded }) => [_id, isNeeded]));
    for (const { execution, stored } of bodies) {
      if (needs.get(execution) ?? Date.now() - stored.getTime() <= ACCEPTED_WITHIN_MS) continue;
      await store.bodies.delete(execution);
      removed++;
    }
    if (bodies.length < BATCH) return removed;
    after = bodies.at(-1)?.execution;
  }
}
