import type { TenantId } from '@abaco/contract';
import { AccessPolicy, type RequestHeaders, type WebOptions } from '../access-policy.js';
import { ApiServers } from '../api-servers.js';
import type { Caller } from '../caller.js';
import { ROLE_ALL, ROLE_EVERYONE } from '../roles.js';
import { parseTenant } from '../tenant.js';
import type { ActorTokens } from './actor-tokens.js';
import { AssertionSource } from './assertion-source.js';
import { BearerSource } from './bearer-source.js';
import { claimNamesOf } from './claim-names.js';
import { checkTimes, idOf } from './claims.js';
import { InvalidJwt, InvalidJwtOption, NoCredentials } from './errors.js';
import { TenantKeys } from './tenant-keys.js';
import { isSignedBy } from './signature.js';
import { TapisSource } from './tapis-source.js';
import { parseToken, type Token } from './token.js';
import type { TokenSource } from './token-source.js';

export interface JwtAccessOptions {
  /** Tokens that this service gives to executions; asked before the others. Default: there are none. */
  readonly actorTokens?: ActorTokens;
  /** Hears of each failed request for keys. */
  readonly onKeysError?: (error: unknown, url: string) => void;
  /** Milliseconds since 1970; for tests. */
  readonly now?: () => number;
}

/** Access control `jwt`: a signed token says who calls (contract 3.2). The first source that has a token decides. */
export class JwtAccess extends AccessPolicy {
  private readonly sources: readonly TokenSource[];
  private readonly keys: TenantKeys;
  private readonly apiServers: ApiServers;
  private readonly tolerance: number;
  private readonly now: () => number;
  private readonly actorTokens: ActorTokens | undefined;

  /** @throws InvalidJwtOption, InvalidTenant */
  constructor(web: WebOptions, { actorTokens, onKeysError, now = Date.now }: JwtAccessOptions = {}) {
    super();
    this.sources = sourcesOf(web);
    this.keys = new TenantKeys(web, onKeysError);
    this.apiServers = new ApiServers(web);
    this.tolerance = web.jwt_tolerance;
    this.now = now;
    this.actorTokens = actorTokens;
  }

  /** @throws NoCredentials, InvalidJwt, InvalidTenant, ServiceUnavailable */
  async callerOf(headers: RequestHeaders): Promise<Caller> {
    const own = await this.actorTokens?.identityIn(headers);
    if (own) return { ...own, apiServer: this.apiServers.of(own.tenant) };
    for (const source of this.sources) {
      const found = source.find(headers);
      if (found === undefined) continue;
      const token = parseToken(found.text);
      if (found.strict && !token.canonical) throw new InvalidJwt('It is not in the compact form of RFC 7515.');
      const tenant = found.tenantOf(token.claims);
      checkTimes(token.claims, this.tolerance, this.now());
      await this.verify(token, tenant);
      const { user, roles } = found.identityOf(token.claims);
      return {
        tenant,
        user,
        roles: granted(roles),
        apiServer: this.apiServers.of(tenant),
        credential: { kind: 'token', ...idOf(token.claims.get('jti')) },
        ...(found.jwtHeader === undefined ? {} : { jwtHeader: found.jwtHeader }),
      };
    }
    throw new NoCredentials();
  }

  private async verify(token: Token, tenant: TenantId): Promise<void> {
    const keys = this.keys.of(tenant);
    if (keys === undefined) throw new InvalidJwt(`No key is known for the tenant ${tenant}.`);
    const key = await keys.keyFor(token.kid);
    if (key === undefined) throw new InvalidJwt('It is signed by a key that is not known.');
    if (!(await isSignedBy(token, key))) throw new InvalidJwt('Its signature does not match.');
  }
}

/** No token makes its holder what mode `none` makes everybody. */
function granted(roles: readonly string[]): readonly string[] {
  return roles.length === 0 ? [ROLE_EVERYONE] : roles.filter((role) => role !== ROLE_ALL);
}

function sourcesOf(web: WebOptions): TokenSource[] {
  const tenant = parseTenant(web.tenant_name, 'option web.tenant_name');
  const known = {
    assertion: () => new AssertionSource(parseTenant(web.assertion_tenant, 'option web.assertion_tenant')),
    tapis: () =>
      new TapisSource({
        names: claimNamesOf(web.tapis_claims, 'web.tapis_claims'),
        tenant,
        userRole: web.user_role,
      }),
    bearer: () =>
      new BearerSource({
        names: claimNamesOf(web.bearer_claims, 'web.bearer_claims'),
        tenant,
        issuer: web.bearer_issuer,
        audience: web.bearer_audience,
      }),
  };
  const sources = Object.entries(known).filter(([name]) => web.jwt_sources.includes(name));
  if (sources.length === 0) {
    throw new InvalidJwtOption('web.jwt_sources', 'names no source of tokens: use assertion, tapis or bearer.');
  }
  return sources.map(([, create]) => create());
}
