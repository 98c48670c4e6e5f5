import { Inject, Injectable } from '@nestjs/common';
import { type AbacoConfig, tenantConfig } from '@abaco/config';
import { ABACO_CONFIG } from '../tokens.js';
import { TooManyRequests } from './errors.js';
import { TokenBuckets } from './token-bucket.js';

/** Limits how fast each tenant sends requests to this server, and each address such without valid credentials. */
@Injectable()
export class RequestRate {
  private readonly tenants = new TokenBuckets();
  private readonly addresses = new TokenBuckets();

  constructor(@Inject(ABACO_CONFIG) private readonly config: AbacoConfig) {}

  /** @throws TooManyRequests */
  admit(tenant: string): void {
    take(this.tenants, tenant, tenantConfig(this.config, tenant), 'The tenant');
  }

  /** For a request that is refused since nobody knows who sends it. @throws TooManyRequests instead of the refusal */
  admitRefused(address: string): void {
    take(this.addresses, address, this.config.quotas, 'Your address, without valid credentials,');
  }
}

function take(
  buckets: TokenBuckets,
  sender: string,
  { requests_per_second: perSecond, request_burst: burst }: AbacoConfig['quotas'],
  who: string,
): void {
  if (perSecond < 0) return;
  const seconds = buckets.take(sender, { perSecond, burst });
  if (seconds > 0) throw new TooManyRequests(who, perSecond, Math.ceil(seconds));
}
