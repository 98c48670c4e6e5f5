import type { TenantId } from '@abaco/contract';
import type { WebOptions } from './access-policy.js';
import { tenantEntries } from './tenant.js';

/** The public base URL of each tenant (contract 3.4), without a trailing slash. */
export class ApiServers {
  private readonly own: ReadonlyMap<TenantId, string>;
  private readonly common: string;

  /** @throws InvalidTenant */
  constructor({ api_server, tenant_api_servers }: Pick<WebOptions, 'api_server' | 'tenant_api_servers'>) {
    const entries = tenantEntries(tenant_api_servers, 'web.tenant_api_servers');
    this.own = new Map(entries.map(([tenant, url]) => [tenant, withoutSlash(url)]));
    this.common = withoutSlash(api_server);
  }

  of(tenant: TenantId): string {
    return this.own.get(tenant) ?? this.common;
  }
}

const withoutSlash = (url: string): string => url.replace(/\/+$/, '');
