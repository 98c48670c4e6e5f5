import type { TenantId, WorkerId } from '@abaco/contract';

/** A worker that needs a place on this host. */
export interface RoomRequest<Pool> {
  readonly worker: WorkerId;
  readonly tenant: TenantId;
  /** All workers of one actor are in one pool. */
  readonly pool: Pool;
  /** Whether somebody waits for the worker. One that is only to be kept warm takes what is free, and nothing from others. */
  readonly pressing: boolean;
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

/** So long, milliseconds, an actor without any worker waits for busy ones of others; then it is its turn. */
export const TURN_MS = 10_000;

/** How many workers a host may run. */
export interface HostPlaces {
  readonly total: number;
  /** So many of them are only for tenants that hold none here. */
  readonly headroom: number;
}

interface Waiting<Pool> extends RoomRequest<Pool> {
  /** When it was asked for, milliseconds. */
  readonly since: number;
}

interface Holder<Pool> extends Pick<RoomRequest<Pool>, 'tenant' | 'pool'> {
  /** When it got its place, milliseconds. */
  readonly since: number;
}

/**
 * The places of a host, shared out fairly: a free one goes to the waiting tenant that holds fewest, and there to the actor that
 * holds fewest; equals are served in order of their requests. So one tenant's flood of requests is no queue that others stand in. Where more
 * actors have work than there are places, they take turns. The headroom is for the first worker of a tenant: long executions of others do
 * not keep it out.
 */
export class HostRoom<Pool> {
  private readonly waiting: Waiting<Pool>[] = [];
  private readonly holders = new Map<WorkerId, Holder<Pool>>();
  private readonly byTenant = new Map<TenantId, number>();
  private readonly byPool = new Map<Pool, number>();

  /**
   * @param limitOf places that a tenant may hold here now; Infinity: all
   * @param now milliseconds of the monotonic clock
   */
  constructor(
    private readonly places: HostPlaces,
    private readonly limitOf: (tenant: TenantId) => number,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Places that are taken. */
  get taken(): number {
    return this.holders.size;
  }

  heldBy(tenant: TenantId): number {
    return this.byTenant.get(tenant) ?? 0;
  }

  /** All that hold a place. */
  get workers(): [WorkerId, Pool][] {
    return [...this.holders].map(([worker, { pool }]) => [worker, pool]);
  }

  /** Places that nobody holds, and that the tenant may have: those that wait now may not have them. */
  freeFor(tenant: TenantId): number {
    const shared = this.places.total - this.places.headroom - this.taken;
    const here = Math.max(shared, this.isOpenTo(tenant) ? 1 : 0);
    return Math.max(0, Math.min(here, this.limitOf(tenant) - this.heldBy(tenant)));
  }

  /** Whether another tenant would have to give one of its places to a request of this one: it holds at least two more. */
  owes(tenant: TenantId): boolean {
    if (this.heldBy(tenant) >= this.limitOf(tenant)) return false;
    const share = this.heldBy(tenant) + this.waiting.filter((request) => request.tenant === tenant).length;
    return [...this.byTenant].some(([other, held]) => other !== tenant && held > share + 1);
  }

  request(request: RoomRequest<Pool>): void {
    this.waiting.push({ ...request, since: this.now() });
  }

  /** All requests of a pool are pressing from now on. */
  press(pool: Pool): void {
    for (const [at, request] of this.waiting.entries()) {
      if (request.pool === pool && !request.pressing) {
        this.waiting[at] = { ...request, pressing: true, since: this.now() };
      }
    }
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
    for (;;) {
      const allowed = this.waiting.filter((request) => !this.atLimit(request) && this.isOpenTo(request.tenant));
      const next = this.poorest(allowed.filter(({ pressing }) => pressing)) ?? this.poorest(allowed);
      if (!next) return;
      this.waiting.splice(this.waiting.indexOf(next), 1);
      this.holders.set(next.worker, { ...next, since: this.now() });
      this.count(next, 1);
      next.grant();
    }
  }

  /**
   * Who is to give a place back, so that one that waits gets its share: a tenant, or an actor of the same tenant, that holds at
   * least two more; for an actor that has waited without any worker for {@link TURN_MS}, the one that has had a place for longest; for
   * an actor without any worker one with a worker that idles; or any that idles for long.
   * @param withoutIdle pools that had no worker which idles for so long
   * @param asked pools that will give a place back anyway, when one of their messages ends
   */
  donor(withoutIdle: ReadonlySet<Pool>, asked: ReadonlySet<Pool> = new Set()): Donor<Pool> | undefined {
    const pressing = this.firstOfEachPool();
    const holders = [...this.holders.values()].filter(({ pool }) => !asked.has(pool));
    const ofTenant = ({ tenant }: Waiting<Pool>) => holders.filter((holder) => holder.tenant === tenant);
    const starved = pressing.filter((request) => !this.atLimit(request) && !this.isOpenTo(request.tenant));
    const limited = pressing.filter((request) => this.atLimit(request));
    return this.donorFor(starved, () => holders, withoutIdle) ?? this.donorFor(limited, ofTenant, withoutIdle);
  }

  /** One pressing request of each pool, the poorest first: all of a pool are alike. */
  private firstOfEachPool(): Waiting<Pool>[] {
    const first = new Map<Pool, Waiting<Pool>>();
    for (const request of this.waiting) {
      if (request.pressing && !first.has(request.pool)) first.set(request.pool, request);
    }
    return [...first.values()].sort((a, b) => this.compare(a, b));
  }

  /** The poorest come first, but for turns, where the longest waiting do: else the poorer would take turns for ever. */
  private donorFor(
    requests: readonly Waiting<Pool>[],
    holdersFor: (request: Waiting<Pool>) => readonly Holder<Pool>[],
    withoutIdle: ReadonlySet<Pool>,
  ): Donor<Pool> | undefined {
    const byAge = requests.toSorted((a, b) => a.since - b.since);
    return (
      first(requests, (request) => this.richer(request, holdersFor(request))) ??
      first(byAge, (request) => this.turn(request, holdersFor(request))) ??
      first(requests, (request) =>
        this.idle(
          request,
          holdersFor(request).filter(({ pool }) => !withoutIdle.has(pool)),
        ),
      )
    );
  }

  private richer({ tenant, pool }: Waiting<Pool>, holders: readonly Holder<Pool>[]): Donor<Pool> | undefined {
    const share = this.heldBy(tenant);
    const own = this.inPool(pool);
    const richest = this.richest(
      holders.filter((other) =>
        other.tenant === tenant ? this.inPool(other.pool) > own + 1 : this.heldBy(other.tenant) > share + 1,
      ),
    );
    return richest && { pool: richest.pool, idleMs: undefined };
  }

  /** Within the share of the tenant if it has one: else another tenant would lose its own. */
  private turn({ tenant, pool, since }: Waiting<Pool>, holders: readonly Holder<Pool>[]): Donor<Pool> | undefined {
    if (this.inPool(pool) > 0 || this.now() - since < TURN_MS) return undefined;
    const share = this.heldBy(tenant);
    const last = this.richest(holders.filter((other) => share === 0 || other.tenant === tenant));
    return last && { pool: last.pool, idleMs: undefined };
  }

  private idle({ tenant, pool }: Waiting<Pool>, holders: readonly Holder<Pool>[]): Donor<Pool> | undefined {
    const share = this.heldBy(tenant);
    // where one place that is given back would only become headroom, no tenant gives its last one
    const suffices = this.isOpenTo(tenant, this.taken - 1);
    const others = holders.filter((other) => other.pool !== pool && (suffices || this.heldBy(other.tenant) > 1));
    const asRich = others.filter((other) => other.tenant === tenant || this.heldBy(other.tenant) > share);
    const idle = this.inPool(pool) === 0 ? this.richest(asRich) : undefined;
    if (idle) return { pool: idle.pool, idleMs: 0 };
    const longIdle = this.richest(others);
    return longIdle && { pool: longIdle.pool, idleMs: LONG_IDLE_MS };
  }

  /** Whether a further worker of the tenant may come while so many are here. */
  private isOpenTo(tenant: TenantId, taken = this.taken): boolean {
    const { total, headroom } = this.places;
    return taken < (this.heldBy(tenant) === 0 ? total : total - headroom);
  }

  private atLimit({ tenant }: RoomRequest<Pool>): boolean {
    return this.heldBy(tenant) >= this.limitOf(tenant);
  }

  private inPool(pool: Pool): number {
    return this.byPool.get(pool) ?? 0;
  }

  private poorest(requests: readonly Waiting<Pool>[]): Waiting<Pool> | undefined {
    return requests.reduce<Waiting<Pool> | undefined>(
      (best, each) => (best && this.compare(best, each) <= 0 ? best : each),
      undefined,
    );
  }

  /** Among equals the one that got its place first. */
  private richest(holders: readonly Holder<Pool>[]): Holder<Pool> | undefined {
    return holders.reduce<Holder<Pool> | undefined>(
      (best, each) => (best && this.compare(best, each) >= 0 ? best : each),
      undefined,
    );
  }

  private compare(a: Pick<Holder<Pool>, 'tenant' | 'pool'>, b: typeof a): number {
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

function first<T, R>(items: readonly T[], find: (item: T) => R | undefined): R | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}
