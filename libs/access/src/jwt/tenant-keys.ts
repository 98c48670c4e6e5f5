import type { KeyObject } from 'node:crypto';
import type { TenantId } from '@abaco/contract';
import type { WebOptions } from '../access-policy.js';
import { tenantEntries } from '../tenant.js';
import { InvalidJwtOption } from './errors.js';
import type { KeySource } from './key-source.js';
import { readPublicKey } from './public-key.js';
import { RemoteKeySet } from './remote-key-set.js';

/** One key, whatever id the token names. */
const fixed = (key: KeyObject): KeySource => ({ keyFor: () => Promise.resolve(key) });

/** The key source of each tenant: its own, else the common one. */
export class TenantKeys {
  private readonly own = new Map<TenantId, KeySource>();
  private readonly common: KeySource | undefined;

  /** @throws InvalidJwtOption, InvalidTenant */
  constructor(web: WebOptions, onError?: (error: unknown, url: string) => void) {
    const weak = web.allow_weak_keys;
    const remote = (url: string): KeySource =>
      new RemoteKeySet({ url, allowWeak: weak, ...(onError === undefined ? {} : { onError }) });
    for (const [tenant, key] of tenantEntries(web.tenant_public_keys, 'web.tenant_public_keys')) {
      this.own.set(tenant, fixed(readPublicKey(key, `web.tenant_public_keys (${tenant})`, weak)));
    }
    for (const [tenant, url] of tenantEntries(web.tenant_jwks_uris, 'web.tenant_jwks_uris')) {
      if (this.own.has(tenant)) {
        throw new InvalidJwtOption(
          'web.tenant_jwks_uris',
          `names ${tenant}, which has a key in web.tenant_public_keys.`,
        );
      }
      this.own.set(tenant, remote(url));
    }
    if (web.jwks_uri !== '') this.common = remote(web.jwks_uri);
    else if (web.apim_public_key !== '') {
      this.common = fixed(readPublicKey(web.apim_public_key, 'web.apim_public_key', weak));
    }
  }

  /** undefined for a tenant without any key */
  of(tenant: TenantId): KeySource | undefined {
    return this.own.get(tenant) ?? this.common;
  }
}
