import type { TenantId } from '@abaco/contract';

/** What is stored is summed up again after so long, milliseconds: it takes a look at every chunk of the tenant's logs. */
const FRESH_MS = 5_000;

/**
 * How many bytes of logs tenants may still store, from a sum of the store that is a few seconds old at most. The quota is exceeded
 * by at most what executions write that begin before the next sum.
 */
export class LogRoom {
  private readonly stored = new Map<TenantId, { readonly at: number; readonly bytes: Promise<number> }>();

  /**
   * @param sum asks the store
   * @param now milliseconds of a monotonic clock
   */
  constructor(
    private readonly sum: (tenant: TenantId) => Promise<number>,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** @returns bytes, not below 0 */
  async left(tenant: TenantId, quota: number): Promise<number> {
    const known = this.stored.get(tenant);
    const fresh = known !== undefined && this.now() - known.at < FRESH_MS ? known : this.sumAgain(tenant);
    return Math.max(0, quota - (await fresh.bytes));
  }

  private sumAgain(tenant: TenantId): { readonly at: number; readonly bytes: Promise<number> } {
    for (const [other, { at }] of this.stored) if (this.now() - at >= FRESH_MS) this.stored.delete(other);
    const summed = { at: this.now(), bytes: this.sum(tenant) };
    this.stored.set(tenant, summed);
    summed.bytes.catch(() => {
      if (this.stored.get(tenant) === summed) this.stored.delete(tenant); // who asked hears of it; the next one asks again
    });
    return summed;
  }
}
