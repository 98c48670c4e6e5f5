import type { TenantId } from '@abaco/contract';

/** A count is taken from the store again after so long, milliseconds. */
const FRESH_MS = 1_000;

interface Known {
  readonly at: number;
  /** The last count of the store, and what this process has added since. */
  waiting: number;
  counting: Promise<void> | undefined;
}

/**
 * How many messages of each tenant wait: counted in the store at most once a second, with what this process takes in meanwhile.
 * Servers do not see each other's new messages until they count again: a quota is exceeded by at most what the others take in
 * within a second. Messages that are executed meanwhile free their place at the next count.
 */
export class WaitingCounts {
  private readonly known = new Map<TenantId, Known>();

  /**
   * @param count asks the store, and may stop at `atMost`
   * @param now milliseconds of a monotonic clock
   */
  constructor(
    private readonly count: (tenant: TenantId, atMost: number) => Promise<number>,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Takes a place for one more message. @returns whether there was one among `quota` */
  async take(tenant: TenantId, quota: number): Promise<boolean> {
    let known = this.known.get(tenant);
    if (known === undefined || this.now() - known.at >= FRESH_MS) known = this.countAgain(tenant, quota);
    await known.counting;
    if (known.waiting >= quota) return false;
    known.waiting++;
    return true;
  }

  private countAgain(tenant: TenantId, quota: number): Known {
    for (const [other, { at }] of this.known) if (this.now() - at >= FRESH_MS) this.known.delete(other);
    const known: Known = { at: this.now(), waiting: 0, counting: undefined };
    this.known.set(tenant, known);
    known.counting = this.count(tenant, quota).then(
      (waiting) => void (known.waiting += waiting),
      (error: unknown) => {
        if (this.known.get(tenant) === known) this.known.delete(tenant);
        throw error;
      },
    );
    return known;
  }
}
