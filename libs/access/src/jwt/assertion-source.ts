import type { TenantId } from '@abaco/contract';
import type { RequestHeaders } from '../access-policy.js';
import { parseTenant } from '../tenant.js';
import { checkUser, rolesOf, textOf } from './claims.js';
import { InvalidJwt } from './errors.js';
import type { FoundToken, Identity, TokenSource } from './token-source.js';
import type { Claims } from './token.js';

const PREFIX = 'x-jwt-assertion-';
const FALLBACK = 'assertion';
const USER = 'http://wso2.org/claims/enduser';
const ROLES = 'http://wso2.org/claims/role';

/**
 * Tokens of the original's gateway, WSO2 (contract 3.2): the name of the header ends with the tenant, in capitals whatever was
 * sent; the header `Assertion` means one configured tenant. The tenant is not in the token: the gateway is trusted.
 */
export class AssertionSource implements TokenSource {
  constructor(private readonly fallbackTenant: TenantId) {}

  find(headers: RequestHeaders): FoundToken | undefined {
    const name =
      Object.keys(headers).find((header) => header.startsWith(PREFIX)) ??
      (headers[FALLBACK] === undefined ? undefined : FALLBACK);
    if (name === undefined) return undefined;
    const text = headers[name];
    if (typeof text !== 'string') throw new InvalidJwt('Its header was sent more than once.');
    const tenant =
      name === FALLBACK
        ? this.fallbackTenant
        : parseTenant(name.slice(PREFIX.length).toUpperCase(), 'name of the header X-Jwt-Assertion-<tenant>');
    return { text, strict: false, jwtHeader: titleCase(name), tenantOf: () => tenant, identityOf };
  }
}

function identityOf(claims: Claims): Identity {
  const [user = ''] = textOf(claims, USER).split('@', 1);
  return { user: checkUser(user), roles: rolesOf(claims, ROLES) };
}

/** `X-Jwt-Assertion-Dev-Develop`, as the original's images know it. */
const titleCase = (name: string): string =>
  name.replace(/[a-z]+/g, (word) => word.charAt(0).toUpperCase() + word.slice(1));
