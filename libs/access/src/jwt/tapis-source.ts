import type { TenantId } from '@abaco/contract';
import type { RequestHeaders } from '../access-policy.js';
import { ROLE_ADMIN, ROLE_PRIVILEGED } from '../roles.js';
import { parseTenant } from '../tenant.js';
import type { ClaimNames } from './claim-names.js';
import { checkUser, rolesOf, textOf } from './claims.js';
import { InvalidJwt } from './errors.js';
import type { FoundToken, Identity, TokenSource } from './token-source.js';
import type { Claims } from './token.js';

const HEADER = 'x-tapis-token';
const TYPE = 'tapis/token_type';

/** Tapis' names of roles (contract 3.3). */
const roles: ReadonlyMap<string, string> = new Map([
  ['abaco_admin', ROLE_ADMIN],
  ['abaco_privileged', ROLE_PRIVILEGED],
]);

export interface TapisOptions {
  readonly names: ClaimNames;
  /** Tenant of all tokens when no claim has it. */
  readonly tenant: TenantId;
  /** Every user of Tapis has it. */
  readonly userRole: string;
}

/** Tapis version 3: `X-Tapis-Token: <token>`. Every valid user may use Abaco. */
export class TapisSource implements TokenSource {
  constructor(private readonly options: TapisOptions) {}

  find(headers: RequestHeaders): FoundToken | undefined {
    const text = headers[HEADER];
    if (text === undefined) return undefined;
    if (typeof text !== 'string') throw new InvalidJwt('Its header was sent more than once.');
    const { names, tenant } = this.options;
    return {
      text,
      strict: true,
      tenantOf: (claims) => (names.tenant === undefined ? tenant : parseTenant(textOf(claims, names.tenant), 'token')),
      identityOf: (claims) => this.identityOf(claims),
    };
  }

  private identityOf(claims: Claims): Identity {
    const { names, userRole } = this.options;
    const type = claims.get(TYPE);
    if (type !== undefined && type !== 'access') throw new InvalidJwt('It is not an access token.');
    const own = rolesOf(claims, names.roles).map((role) => roles.get(role) ?? role);
    return { user: checkUser(textOf(claims, names.user)), roles: [userRole, ...own] };
  }
}
