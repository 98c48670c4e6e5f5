import type { ExecutionDbid } from '@abaco/contract';
import type { RuntimeServices } from '../runtime-services.js';
import { sweepBodies } from './sweep-bodies.js';

/** Bodies of `count` executions each, in the order of their ids. */
function storeOf(needs: Readonly<Record<string, boolean>>, storedHoursAgo: number, count = 1) {
  const bodies = new Set(
    ['complete', 'error', 'running', 'unknown', 'waiting'].flatMap((kind) =>
      Array.from({ length: count }, (_, index) => `${kind}-${String(index).padStart(4, '0')}`),
    ),
  );
  const stored = new Date(Date.now() - storedHoursAgo * 3_600_000);
  const store = {
    bodies: {
      sweepUploads: () => Promise.resolve(0),
      list: (after: string | undefined, limit: number) =>
        Promise.resolve(
          [...bodies]
            .filter((id) => after === undefined || id > after)
            .slice(0, limit)
            .map((execution) => ({ execution, stored })),
        ),
      delete: (execution: string) => Promise.resolve(void bodies.delete(execution)),
    },
    executions: {
      listBodyNeeds: (ids: readonly ExecutionDbid[]) =>
        Promise.resolve(
          ids.flatMap((_id) => {
            const isNeeded = needs[_id.slice(0, -5)];
            return isNeeded === undefined ? [] : [{ _id, isNeeded }];
          }),
        ),
    },
  } as unknown as RuntimeServices['store'];
  return { store, bodies };
}

const NEEDS = { complete: false, error: false, running: true, waiting: true };

describe('sweepBodies', () => {
  it('removes the bodies of ended executions', async () => {
    const { store, bodies } = storeOf(NEEDS, 0);
    expect(await sweepBodies({ store })).toBe(2);
    expect([...bodies]).toEqual(['running-0000', 'unknown-0000', 'waiting-0000']);
  });

  it('removes old bodies that no execution ever had', async () => {
    const { store, bodies } = storeOf(NEEDS, 2);
    expect(await sweepBodies({ store })).toBe(3);
    expect([...bodies]).toEqual(['running-0000', 'waiting-0000']);
  });

  it('goes through all of many', async () => {
    const { store, bodies } = storeOf(NEEDS, 0, 700);
    expect(await sweepBodies({ store })).toBe(1_400);
    expect(bodies.size).toBe(2_100);
  });
});
