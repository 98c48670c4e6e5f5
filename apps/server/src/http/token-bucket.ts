/** How fast requests may come. */
export interface Rate {
  readonly perSecond: number;
  /** Requests at once after a pause; at least 1. */
  readonly burst: number;
}

interface Bucket {
  tokens: number;
  /** When `tokens` was right, seconds. */
  at: number;
}

/** So many senders are remembered; beyond, the one that was silent longest is forgotten, and begins with a full bucket. */
const MAX_BUCKETS = 10_000;

/** A token bucket for each sender: it holds `burst` tokens, gets `perSecond` of them back, and a request takes one. */
export class TokenBuckets {
  /** The sender that was silent longest comes first. */
  private readonly buckets = new Map<string, Bucket>();

  /** @param now seconds of a monotonic clock */
  constructor(
    private readonly now: () => number = () => performance.now() / 1000,
    private readonly maxBuckets = MAX_BUCKETS,
  ) {}

  /** @returns 0 when there was a token, else the seconds until there is one */
  take(sender: string, { perSecond, burst }: Rate): number {
    const now = this.now();
    const { tokens, at } = this.buckets.get(sender) ?? { tokens: burst, at: now };
    const available = Math.min(burst, tokens + (now - at) * perSecond);
    const taken = available >= 1;
    this.buckets.delete(sender);
    this.buckets.set(sender, { tokens: taken ? available - 1 : available, at: now });
    if (this.buckets.size > this.maxBuckets) this.forgetOldest();
    return taken ? 0 : (1 - available) / perSecond;
  }

  get size(): number {
    return this.buckets.size;
  }

  private forgetOldest(): void {
    const [oldest] = this.buckets.keys();
    if (oldest !== undefined) this.buckets.delete(oldest);
  }
}
