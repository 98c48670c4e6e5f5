import type { AbacoConfig } from '@abaco/config';
import type { TenantId } from '@abaco/contract';
import { AccessPolicy, type RequestHeaders } from './access-policy.js';
import type { Caller } from './caller.js';
import { InvalidTenant } from './errors.js';
import { ROLE_ALL } from './roles.js';
import { parseTenant } from './tenant.js';

/** Name of the user that everybody is when nobody has to say who they are (contract 3.1). */
export const ANONYMOUS = 'anonymous';

/** Access control `none`: everybody may do everything, in the tenant that the `tenant` header names. */
export class OpenAccess extends AccessPolicy {
  private readonly defaultTenant: TenantId;
  private readonly apiServer: string;

  /** @throws InvalidTenant when `web.tenant_name` cannot be a tenant */
  constructor(web: Pick<AbacoConfig['web'], 'tenant_name' | 'api_server'>) {
    super();
    this.defaultTenant = parseTenant(web.tenant_name, 'option web.tenant_name');
    this.apiServer = web.api_server.replace(/\/+$/, '');
  }

  /** @throws InvalidTenant when the `tenant` header holds something that cannot be a tenant */
  callerOf(headers: RequestHeaders): Caller {
    const named = headers['tenant'];
    if (named !== undefined && typeof named !== 'string') {
      throw new InvalidTenant(named.join(', '), 'request header "tenant"');
    }
    return {
      tenant: named === undefined ? this.defaultTenant : parseTenant(named, 'request header "tenant"'),
      user: ANONYMOUS,
      roles: [ROLE_ALL],
      apiServer: this.apiServer,
    };
  }
}
