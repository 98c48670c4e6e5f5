import type { TenantId } from '@abaco/contract';
import { AccessPolicy, type RequestHeaders, type WebOptions } from './access-policy.js';
import { ApiServers } from './api-servers.js';
import type { Caller } from './caller.js';
import { InvalidTenant } from './errors.js';
import { ROLE_ALL } from './roles.js';
import { parseTenant } from './tenant.js';

/** Name of the user that everybody is when nobody has to say who they are (contract 3.1). */
export const ANONYMOUS = 'anonymous';

/** Access control `none`: everybody may do everything, in the tenant that the `tenant` header names. */
export class OpenAccess extends AccessPolicy {
  private readonly defaultTenant: TenantId;
  private readonly apiServers: ApiServers;

  /** @throws InvalidTenant when `web.tenant_name` cannot be a tenant */
  constructor(web: Pick<WebOptions, 'tenant_name' | 'api_server' | 'tenant_api_servers'>) {
    super();
    this.defaultTenant = parseTenant(web.tenant_name, 'option web.tenant_name');
    this.apiServers = new ApiServers(web);
  }

  /** @throws InvalidTenant when the `tenant` header holds something that cannot be a tenant */
  callerOf(headers: RequestHeaders): Caller {
    const named = headers['tenant'];
    if (named !== undefined && typeof named !== 'string') {
      throw new InvalidTenant(named.join(', '), 'request header "tenant"');
    }
    const tenant = named === undefined ? this.defaultTenant : parseTenant(named, 'request header "tenant"');
    return { tenant, user: ANONYMOUS, roles: [ROLE_ALL], apiServer: this.apiServers.of(tenant) };
  }
}
