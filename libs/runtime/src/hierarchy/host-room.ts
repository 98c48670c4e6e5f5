import type { TenantId, WorkerId } from '@abaco/contract';

/** A worker that needs a place on this host. */
export interface RoomRequest<Pool> {
  readonly worker: WorkerId;
  readonly tenant: TenantId;
  /** All workers of one actor are in one pool. */
  readonly pool: Pool;
  readonly grant: () => void;
}

/** Who is to give a place back. */
export interface Donor<Pool> {
  readonly pool: Pool;
  /** Only a worker that has had nothing to do for so long, milliseconds; undefined: also the next one that ends its message. */
  readonly idleMs: number | undefined;
}

/** A worker that idles for so long, milliseconds, is worth less than one that somebody asks for. */
export const LONG_IDLE_MS = 10_000;

/**
 * The places of a host, shared out fairly: a free one goes to the waiting tenant that holds fewest, and there to the actor that
 * holds fewest; equals are served in order of their requests. So one tenant's flood of requests is no queue that others stand in.
 */
export class HostRoom<Pool> {
  private readonly waiting: RoomRequest<Pool>[] = [];
  private readonly holders = new Map<WorkerId, Pick<RoomRequest<Pool>, 'tenant' | 'pool'>>();
  private readonly byTenant = new Map<TenantId, number>();
  private readonly byPool = new Map<Pool, number>();

  /**
   * @param capacity places of the host
   * @param limitOf places that a tenant may hold here now; Infinity: all
   */
  constructor(
    private readonly capacity: number,
    private readonly limitOf: (tenant: TenantId) => number,
  ) {}

  /** Places that are taken. */
  get taken(): number {
    return this.holders.size;
  }

  heldBy(tenant: TenantId): number {
    return this.byTenant.get(tenant) ?? 0;
  }

  request(request: RoomRequest<Pool>): void {
    this.waiting.push(request);
  }

  /** Gives a place back, or withdraws a request. Idempotent. */
  release(worker: WorkerId): void {
    const holder = this.holders.get(worker);
    if (holder) {
      this.holders.delete(worker);
      this.count(holder, -1);
      return;
    }
    const waiting = this.waiting.findIndex((request) => request.worker === worker);
    if (waiting >= 0) this.waiting.splice(waiting, 1);
  }

  /** Hands out what is free. */
  grant(): void {
    while (this.taken < this.capacity) {
      const next = this.poorest(this.waiting.filter((request) => !this.atLimit(request)));
      if (!next) return;
      this.waiting.splice(this.waiting.indexOf(next), 1);
      this.holders.set(next.worker, next);
      this.count(next, 1);
      next.grant();
    }
  }

  /**
   * Who is to give a place back, so that one that waits gets its share: a tenant, or an actor of the same tenant, that holds at
   * least two more; or, for an actor that has no worker at all, one with a worker that idles; or any that idles for long.
   * @param tried pools that had nothing to give
   */
  donor(tried: ReadonlySet<Pool>): Donor<Pool> | undefined {
    const starved = this.poorest(this.waiting.filter((request) => !this.atLimit(request)));
    const limited = this.poorest(this.waiting.filter((request) => this.atLimit(request)));
    const holders = [...this.holders.values()].filter(({ pool }) => !tried.has(pool));
    return (
      (starved && this.taken >= this.capacity ? this.donorFor(starved, holders) : undefined) ??
      (limited &&
        this.donorFor(
          limited,
          holders.filter(({ tenant }) => tenant === limited.tenant),
        ))
    );
  }

  private donorFor(
    { tenant, pool }: RoomRequest<Pool>,
    holders: readonly Pick<RoomRequest<Pool>, 'tenant' | 'pool'>[],
  ): Donor<Pool> | undefined {
    const share = this.heldBy(tenant);
    const own = this.inPool(pool);
    const richer = holders.filter((other) =>
      other.tenant === tenant ? this.inPool(other.pool) > own + 1 : this.heldBy(other.tenant) > share + 1,
    );
    const richest = this.richest(richer);
    if (richest) return { pool: richest.pool, idleMs: undefined };
    const others = holders.filter((other) => other.pool !== pool);
    const asRich = others.filter((other) => other.tenant === tenant || this.heldBy(other.tenant) > share);
    const idle = own === 0 ? this.richest(asRich) : undefined;
    if (idle) return { pool: idle.pool, idleMs: 0 };
    const longIdle = this.richest(others);
    return longIdle && { pool: longIdle.pool, idleMs: LONG_IDLE_MS };
  }

  private atLimit({ tenant }: RoomRequest<Pool>): boolean {
    return this.heldBy(tenant) >= this.limitOf(tenant);
  }

  private inPool(pool: Pool): number {
    return this.byPool.get(pool) ?? 0;
  }

  private poorest(requests: readonly RoomRequest<Pool>[]): RoomRequest<Pool> | undefined {
    return requests.reduce<RoomRequest<Pool> | undefined>(
      (best, each) => (best && this.compare(best, each) <= 0 ? best : each),
      undefined,
    );
  }

  private richest<H extends Pick<RoomRequest<Pool>, 'tenant' | 'pool'>>(holders: readonly H[]): H | undefined {
    return holders.reduce<H | undefined>(
      (best, each) => (best && this.compare(best, each) >= 0 ? best : each),
      undefined,
    );
  }

  private compare(a: Pick<RoomRequest<Pool>, 'tenant' | 'pool'>, b: typeof a): number {
    return this.heldBy(a.tenant) - this.heldBy(b.tenant) || this.inPool(a.pool) - this.inPool(b.pool);
  }

  private count({ tenant, pool }: Pick<RoomRequest<Pool>, 'tenant' | 'pool'>, change: 1 | -1): void {
    add(this.byTenant, tenant, change);
    add(this.byPool, pool, change);
  }
}

function add<K>(counts: Map<K, number>, key: K, change: number): void {
  const count = (counts.get(key) ?? 0) + change;
  if (count > 0) counts.set(key, count);
  else counts.delete(key);
}
