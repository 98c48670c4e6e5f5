import type { PermissionLevel, TenantId } from '@abaco/contract';

/** Who sent a request, as the access guard found out. */
export interface Caller {
  readonly tenant: TenantId;
  /** `anonymous` with access control `none`. */
  readonly user: string;
  /** `ALL` with access control `none`. */
  readonly roles: readonly string[];
  /** Public base URL of the caller's tenant, without a trailing slash; the prefix of all links. */
  readonly apiServer: string;
  /** Name of the header with the gateway's token, for containers (contract 4.3.1); missing when there was none. */
  readonly jwtHeader?: string;
  /** Most that the caller may do to anything, for callers that a nonce let in. Missing: no such limit. */
  readonly limit?: PermissionLevel;
}
