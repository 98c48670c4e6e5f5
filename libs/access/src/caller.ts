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
  /** What the caller came with; missing with access control `none`. */
  readonly credential?: Credential;
}

/** How callers have proved who they are, for records of what they did. */
export interface Credential {
  /** `execution`: a token that this service gave to an execution. */
  readonly kind: 'token' | 'execution' | 'nonce';
  /** A token's `jti`, or what says which nonce it was. Never what would let somebody in. */
  readonly id?: string;
}
