import fc from 'fast-check';
import type { TenantId, WorkerId } from '@abaco/contract';
import { HostRoom, LONG_IDLE_MS, TURN_MS } from './host-room.js';

const A = 'A' as TenantId;
const B = 'B' as TenantId;
const C = 'C' as TenantId;
const none: ReadonlySet<string> = new Set();

describe('the room of a host', () => {
  let granted: string[];
  let room: HostRoom<string>;
  let now: number;
  const roomOf = (total: number, limits: Readonly<Record<string, number>> = {}, headroom = 0): void => {
    granted = [];
    now = 0;
    room = new HostRoom(
      { total, headroom },
      (tenant) => limits[tenant] ?? Infinity,
      () => now,
    );
  };
  const ask = (tenant: TenantId, pool: string, ...workers: string[]): void => {
    for (const worker of workers) {
      room.request({ worker: worker as WorkerId, tenant, pool, pressing: true, grant: () => granted.push(worker) });
    }
    room.grant();
  };
  const askToKeepWarm = (tenant: TenantId, pool: string, worker: string): void => {
    room.request({ worker: worker as WorkerId, tenant, pool, pressing: false, grant: () => granted.push(worker) });
    room.grant();
  };
  const release = (worker: string): void => {
    room.release(worker as WorkerId);
    room.grant();
  };

  it('goes to those that ask, in order, while there is some', () => {
    roomOf(2);
    ask(A, 'x', 'a1', 'a2', 'a3');
    expect(granted).toEqual(['a1', 'a2']);
    release('a1');
    expect(granted).toEqual(['a1', 'a2', 'a3']);
  });

  it('goes to the tenant that holds fewest, not to the one that asked first', () => {
    roomOf(3);
    ask(A, 'x', 'a1', 'a2', 'a3', 'a4', 'a5', 'a6');
    ask(B, 'y', 'b1', 'b2');
    for (const worker of ['a1', 'a2', 'a3']) release(worker);
    expect(granted.slice(3)).toEqual(['b1', 'a4', 'a5']);
    expect([room.heldBy(A), room.heldBy(B)]).toEqual([2, 1]);
    release('a4');
    release('a5');
    expect(granted.slice(6)).toEqual(['a6', 'b2']);
  });

  it('is offered to commands of other hosts as far as nobody holds it or waits for it', () => {
    roomOf(3, { B: 1 });
    ask(A, 'x', 'a1');
    expect([room.freeFor(A), room.freeFor(B)]).toEqual([2, 1]);
    ask(B, 'y', 'b1');
    expect([room.freeFor(A), room.freeFor(B)]).toEqual([1, 0]);
    ask(A, 'x', 'a2', 'a3');
    expect(room.freeFor(A)).toBe(0);
    expect(room.workers.map(([worker]) => worker)).toEqual(['a1', 'b1', 'a2']);
  });

  it('is owed to a tenant of which another one holds two more, requests included', () => {
    roomOf(2, { C: 0 });
    expect(room.owes(B)).toBe(false);
    ask(A, 'x', 'a1', 'a2');
    expect([room.owes(A), room.owes(B), room.owes(C)]).toEqual([false, true, false]);
    ask(B, 'y', 'b1');
    expect(room.owes(B)).toBe(false);
  });

  it('goes to the actor that holds fewest among those of a tenant', () => {
    roomOf(2);
    ask(A, 'x', 'x1', 'x2', 'x3');
    ask(A, 'y', 'y1');
    release('x1');
    expect(granted).toEqual(['x1', 'x2', 'y1']);
  });

  it('is not given to a tenant beyond its limit, and to others meanwhile', () => {
    roomOf(5, { A: 2 });
    ask(A, 'x', 'a1', 'a2', 'a3');
    ask(B, 'y', 'b1');
    expect(granted).toEqual(['a1', 'a2', 'b1']);
    release('a2');
    expect(granted).toEqual(['a1', 'a2', 'b1', 'a3']);
  });

  it('is taken back from a tenant that holds two more than one that waits, and no further', () => {
    roomOf(4);
    ask(A, 'x', 'a1', 'a2', 'a3', 'a4');
    expect(room.donor(none)).toBeUndefined();
    ask(B, 'y', 'b1', 'b2', 'b3');
    expect(room.donor(none)).toEqual({ pool: 'x', idleMs: undefined });
    release('a1');
    expect(room.donor(none)).toEqual({ pool: 'x', idleMs: undefined });
    release('a2');
    expect([room.heldBy(A), room.heldBy(B)]).toEqual([2, 2]);
    expect(room.donor(none)).toEqual({ pool: 'x', idleMs: LONG_IDLE_MS });
  });

  it('is taken from an idle worker, for an actor that has none', () => {
    roomOf(2);
    ask(A, 'x', 'x1');
    ask(C, 'y', 'y1');
    ask(B, 'z', 'z1');
    expect(room.donor(none)).toEqual({ pool: 'x', idleMs: 0 });
    expect(room.donor(new Set(['x']))).toEqual({ pool: 'y', idleMs: 0 });
    expect(room.donor(new Set(['x', 'y']))).toBeUndefined();
  });

  it('is taken from a worker that idles for long, for anybody who waits', () => {
    roomOf(2);
    ask(A, 'x', 'x1');
    ask(B, 'y', 'y1');
    ask(A, 'x', 'x2');
    expect(room.donor(none)).toEqual({ pool: 'y', idleMs: LONG_IDLE_MS });
    expect(room.donor(new Set(['y']))).toBeUndefined();
  });

  it('is taken from the same tenant when its limit is what is reached', () => {
    roomOf(9, { A: 1 });
    ask(B, 'z', 'z1', 'z2', 'z3');
    ask(A, 'x', 'x1');
    ask(A, 'y', 'y1');
    expect(room.donor(none)).toEqual({ pool: 'x', idleMs: 0 });
    expect(room.donor(new Set(['x']))).toBeUndefined();
  });

  it('is given back in turn by actors of a tenant that never idle, when there are more of them than places', () => {
    roomOf(2);
    ask(A, 'x', 'x1');
    now = 1;
    ask(A, 'y', 'y1');
    ask(A, 'z', 'z1');
    now = TURN_MS;
    expect(room.donor(new Set(['x', 'y']))).toBeUndefined();
    expect(room.donor(none)).toEqual({ pool: 'x', idleMs: 0 });
    now = TURN_MS + 1;
    expect(room.donor(none)).toEqual({ pool: 'x', idleMs: undefined });
    ask(A, 'x', 'x2');
    release('x1');
    expect(granted).toEqual(['x1', 'y1', 'z1']);
    now = 2 * TURN_MS + 2;
    expect(room.donor(none)).toEqual({ pool: 'y', idleMs: undefined });
  });

  it('is given back in turn by tenants, each within its share', () => {
    roomOf(2);
    ask(A, 'x', 'x1');
    ask(B, 'y', 'y1');
    ask(B, 'z', 'z1');
    now = TURN_MS;
    expect(room.donor(none)).toEqual({ pool: 'y', idleMs: undefined });
    ask(C, 'w', 'w1');
    now = 2 * TURN_MS;
    expect(room.donor(none)).toEqual({ pool: 'y', idleMs: undefined }); // z has waited longer
    expect(room.donor(none, new Set(['y']))).toEqual({ pool: 'x', idleMs: undefined });
  });

  it('is free for workers that are to be kept warm when nobody waits for it, and is taken from nobody for them', () => {
    roomOf(1);
    ask(A, 'x', 'x1');
    askToKeepWarm(B, 'y', 'y1');
    now = 10 * TURN_MS;
    expect(room.donor(none)).toBeUndefined();
    ask(A, 'z', 'z1');
    release('x1');
    expect(granted).toEqual(['x1', 'z1']);
    release('z1');
    expect(granted).toEqual(['x1', 'z1', 'y1']);
  });

  it('is taken for a worker that was to be kept warm once somebody waits for it', () => {
    roomOf(1);
    ask(A, 'x', 'x1');
    askToKeepWarm(B, 'y', 'y1');
    room.press('y');
    expect(room.donor(none)).toEqual({ pool: 'x', idleMs: 0 });
  });

  it('is kept free for tenants that hold none, one for each of them', () => {
    roomOf(4, {}, 2);
    ask(A, 'x', 'a1', 'a2', 'a3', 'a4');
    expect(granted).toEqual(['a1', 'a2']);
    expect([room.freeFor(A), room.freeFor(B)]).toEqual([0, 1]);
    ask(B, 'y', 'b1', 'b2');
    ask(C, 'z', 'c1', 'c2');
    expect(granted).toEqual(['a1', 'a2', 'b1', 'c1']);
    release('a1');
    release('a2');
    expect(granted.slice(4)).toEqual(['a3']);
    release('b1');
    expect(granted.slice(5)).toEqual(['b2']);
  });

  it('is given back to other actors of a tenant that may have no more, though some is free for others', () => {
    roomOf(3, {}, 1);
    ask(A, 'x', 'x1', 'x2');
    ask(A, 'y', 'y1');
    expect(granted).toEqual(['x1', 'x2']);
    expect(room.donor(none)).toEqual({ pool: 'x', idleMs: undefined });
    release('x1');
    expect(granted).toEqual(['x1', 'x2', 'y1']);
  });

  it('is taken from those that idle until somebody else may have it', () => {
    roomOf(4, {}, 1);
    ask(A, 'x', 'x1', 'x2', 'x3');
    ask(B, 'y', 'y1', 'y2');
    expect(room.donor(none)).toEqual({ pool: 'x', idleMs: undefined });
    release('x1');
    expect(granted).toEqual(['x1', 'x2', 'x3', 'y1']);
    expect(room.donor(none)).toEqual({ pool: 'x', idleMs: LONG_IDLE_MS });
    release('x2');
    expect(granted.slice(4)).toEqual(['y2']);
  });

  it('is not taken from the only worker of a tenant, though it idles, when it would only be kept free then', () => {
    roomOf(3, {}, 1);
    ask(A, 'x', 'x1', 'x2', 'x3');
    ask(B, 'y', 'y1');
    expect(room.donor(new Set(['x']))).toBeUndefined();
    ask(C, 'z', 'z1');
    expect(room.donor(none, new Set(['x']))).toEqual({ pool: 'y', idleMs: 0 });
  });

  it('is never given twice, beyond capacity or limits, or kept back while somebody may have it', () => {
    const step = fc.record({
      worker: fc.integer({ min: 0, max: 30 }),
      release: fc.boolean(),
    });
    const limits = { T0: 3, T1: 0 };
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 6 }),
        fc.nat(3),
        fc.array(step, { size: 'max', maxLength: 200 }),
        (capacity, wanted, steps) => {
          const headroom = Math.min(wanted, capacity - 1);
          roomOf(capacity, limits, headroom);
          const tenantOf = (worker: string): TenantId => `T${Number(worker) % 4}` as TenantId;
          const asked = new Set<string>();
          for (const { worker, release: gone } of steps) {
            const name = String(worker);
            if (gone) {
              asked.delete(name);
              granted = granted.filter((each) => each !== name);
              release(name);
            } else if (!asked.has(name)) {
              asked.add(name);
              ask(tenantOf(name), `pool ${worker % 8}`, name);
            }
            const sound =
              new Set(granted).size === granted.length &&
              room.taken === granted.length &&
              granted.length <= capacity &&
              room.heldBy('T0' as TenantId) <= 3 &&
              room.heldBy('T1' as TenantId) === 0;
            const couldHave = [...asked].filter((each) => {
              const tenant = tenantOf(each);
              const held = room.heldBy(tenant);
              return (
                !granted.includes(each) &&
                held < ((limits as Record<string, number>)[tenant] ?? 99) &&
                room.taken < (held === 0 ? capacity : capacity - headroom)
              );
            });
            if (!sound || couldHave.length > 0) return false;
          }
          return true;
        },
      ),
    );
  });
});
