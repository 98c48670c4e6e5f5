import fc from 'fast-check';
import type { TenantId, WorkerId } from '@abaco/contract';
import { HostRoom, TURN_MS, type HostPlaces } from './host-room.js';

/** As `HostSupervisor` looks again, milliseconds. */
const HEARTBEAT_MS = 5_000;
const START_MS = 300;

interface Flood {
  readonly name: string;
  readonly tenant: TenantId;
  /** Of each of its messages, which never end. */
  readonly runMs: number;
  readonly maxWorkers: number;
}

/** The host of actors that all have more to do than they can: which of them gets a message done, and when. */
class FloodedHost {
  readonly ends = new Map<string, number[]>();
  private now = 0;
  private readonly room: HostRoom<string>;
  private readonly events: { readonly at: number; readonly run: () => void }[] = [];
  private readonly workers = new Map<string, number>();
  private readonly givesBack = new Set<string>();
  private readonly withoutIdle = new Set<string>();
  private readonly askedBusy = new Set<string>();
  private asked = false;
  private made = 0;

  constructor(
    places: HostPlaces,
    private readonly floods: readonly Flood[],
  ) {
    this.room = new HostRoom(
      places,
      () => Infinity,
      () => this.now,
    );
  }

  run(untilMs: number): void {
    for (const flood of this.floods) {
      this.ends.set(flood.name, []);
      this.fill(flood);
    }
    for (let at = HEARTBEAT_MS; at <= untilMs; at += HEARTBEAT_MS) this.at(at, () => this.shareAnew());
    for (;;) {
      const next = this.events.reduce<(typeof this.events)[number] | undefined>(
        (first, each) => (first && first.at <= each.at ? first : each),
        undefined,
      );
      if (!next || next.at > untilMs) return;
      this.events.splice(this.events.indexOf(next), 1);
      this.now = next.at;
      next.run();
    }
  }

  /** Every message wants a worker: as many are asked for as there may be. */
  private fill(flood: Flood): void {
    for (let count = this.workers.get(flood.name) ?? 0; count < flood.maxWorkers; count++) {
      const worker = `worker ${++this.made}` as WorkerId;
      this.workers.set(flood.name, count + 1);
      const grant = () => this.at(this.now + START_MS, () => this.take(flood, worker));
      this.room.request({ worker, tenant: flood.tenant, pool: flood.name, pressing: true, grant });
    }
    this.share();
  }

  private take(flood: Flood, worker: WorkerId): void {
    this.at(this.now + flood.runMs, () => {
      this.ends.get(flood.name)!.push(this.now);
      if (!this.givesBack.delete(flood.name)) {
        this.take(flood, worker);
        return;
      }
      this.workers.set(flood.name, this.workers.get(flood.name)! - 1);
      this.room.release(worker);
      this.askedBusy.clear();
      this.shareAnew();
      this.fill(flood);
    });
  }

  private shareAnew(): void {
    this.asked = false;
    this.withoutIdle.clear();
    this.share();
  }

  private share(): void {
    this.room.grant();
    while (!this.asked) {
      const donor = this.room.donor(this.withoutIdle, this.askedBusy);
      if (!donor) return;
      if (donor.idleMs === undefined) {
        this.asked = true;
        this.askedBusy.add(donor.pool);
        this.givesBack.add(donor.pool);
      } else {
        this.withoutIdle.add(donor.pool); // nobody ever idles here
      }
    }
  }

  private at(at: number, run: () => void): void {
    this.events.push({ at, run });
  }
}

describe('a host that is flooded by all its actors', () => {
  const flood = fc.record({
    tenant: fc.constantFrom('A', 'B', 'C'),
    runMs: fc.integer({ min: 200, max: 8_000 }),
    maxWorkers: fc.integer({ min: 1, max: 6 }),
  });

  it('lets each of them have its turn, however many of whichever tenants there are', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5 }),
        fc.nat(3),
        fc.array(flood, { minLength: 1, maxLength: 10, size: 'max' }),
        (total, headroom, given) => {
          const floods = given.map((each, at) => ({ ...each, tenant: each.tenant as TenantId, name: `actor ${at}` }));
          const host = new FloodedHost({ total, headroom: Math.min(headroom, total - 1) }, floods);
          // a turn comes after the time that everybody waits at least, the next look, and the message that runs then
          const turnMs = TURN_MS + HEARTBEAT_MS + START_MS + Math.max(...floods.map(({ runMs }) => runMs));
          const longestMs = 2 * turnMs * (floods.length + 1);
          const untilMs = 3 * longestMs;
          host.run(untilMs);
          for (const ends of host.ends.values()) {
            const gaps = [0, ...ends, untilMs].map((at, index, all) => at - (all[index - 1] ?? 0));
            expect(Math.max(...gaps)).toBeLessThanOrEqual(longestMs);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('does not wait for one actor to end its message while another could give its place', () => {
    const own = { tenant: 'A' as TenantId, maxWorkers: 1 };
    const host = new FloodedHost({ total: 2, headroom: 0 }, [
      { ...own, name: 'endless', runMs: 1e9 },
      { ...own, name: 'quick', runMs: 500 },
      { ...own, name: 'third', runMs: 500 },
    ]);
    host.run(300_000);
    expect(host.ends.get('third')!.length).toBeGreaterThan(100);
    expect(host.ends.get('quick')!.length).toBeGreaterThan(100);
  });

  it('gives tenants as much as each other, whatever the number of their actors', () => {
    const many = Array.from({ length: 5 }, (_, at) => ({ name: `a${at}`, tenant: 'A' as TenantId }));
    const floods = [...many, { name: 'b', tenant: 'B' as TenantId }].map((each) => ({
      ...each,
      runMs: 1_000,
      maxWorkers: 4,
    }));
    const host = new FloodedHost({ total: 4, headroom: 0 }, floods);
    host.run(600_000);
    const doneOf = (tenant: string): number =>
      floods.filter((each) => each.tenant === tenant).reduce((sum, { name }) => sum + host.ends.get(name)!.length, 0);
    expect(doneOf('B') / doneOf('A')).toBeGreaterThan(0.8);
    expect(doneOf('B') / doneOf('A')).toBeLessThan(1.3);
  });
});
