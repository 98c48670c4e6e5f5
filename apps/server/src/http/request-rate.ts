import { Inject, Injectable } from '@nestjs/common';
import { type AbacoConfig, tenantConfig } from '@abaco/config';
import { ABACO_CONFIG } from '../tokens.js';
import { TooManyRequests } from './errors.js';
import { TokenBuckets } from './token-bucket.js';

/**
 * Milliseconds that a refusal waits: a client that sends again as soon as it is answered would else keep the process busy with
 * refusals, and others waiting.
 */
const REFUSAL_DELAY_MS = 250;
/** Refusals that wait at one time; more are sent at once. */
const MAX_WAITING = 1_000;

/** Limits how fast each tenant sends requests to this server, and each address such without valid credentials. */
@Injectable()
export class RequestRate {
  private readonly tenants = new TokenBuckets();
  private readonly addresses = new TokenBuckets();
  private waiting = 0;

  constructor(@Inject(ABACO_CONFIG) private readonly config: AbacoConfig) {}

  /** @throws TooManyRequests */
  admit(tenant: string): Promise<void> {
    return this.take(this.tenants, tenant, tenantConfig(this.config, tenant), 'The tenant');
  }

  /** For a request that is refused since nobody knows who sends it. @throws TooManyRequests instead of the refusal */
  admitRefused(address: string): Promise<void> {
    return this.take(this.addresses, address, this.config.quotas, 'Your address, without valid credentials,');
  }

  private async take(
    buckets: TokenBuckets,
    sender: string,
    { requests_per_second: perSecond, request_burst: burst }: AbacoConfig['quotas'],
    who: string,
  ): Promise<void> {
    if (perSecond < 0) return;
    const seconds = buckets.take(sender, { perSecond, burst });
    if (seconds <= 0) return;
    await this.pause();
    throw new TooManyRequests(who, perSecond, Math.ceil(seconds));
  }

  private async pause(): Promise<void> {
    if (this.waiting >= MAX_WAITING) return;
    this.waiting++;
    await new Promise((resolve) => setTimeout(resolve, REFUSAL_DELAY_MS).unref());
    this.waiting--;
  }
}
