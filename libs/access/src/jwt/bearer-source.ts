import type { TenantId } from '@abaco/contract';
import type { RequestHeaders } from '../access-policy.js';
import { parseTenant } from '../tenant.js';
import type { ClaimNames } from './claim-names.js';
import { checkUser, rolesOf, textOf } from './claims.js';
import { InvalidJwt } from './errors.js';
import type { FoundToken, TokenSource } from './token-source.js';
import type { Claims } from './token.js';

export interface BearerOptions {
  readonly names: ClaimNames;
  /** Tenant of all tokens when no claim has it. */
  readonly tenant: TenantId;
  /** `iss` that a token must have; empty: any. */
  readonly issuer: string;
  /** What `aud` must contain; empty: anything. */
  readonly audience: string;
}

/** What follows `Bearer`; undefined for other schemes. */
export function bearerToken({ authorization }: RequestHeaders): string | undefined {
  return typeof authorization === 'string' ? /^bearer +(.*)$/i.exec(authorization)?.[1] : undefined;
}

/** Tokens of an OpenID Connect provider: `Authorization: Bearer <token>`. Other schemes are none of ours. */
export class BearerSource implements TokenSource {
  constructor(private readonly options: BearerOptions) {}

  find(headers: RequestHeaders): FoundToken | undefined {
    const text = bearerToken(headers);
    if (text === undefined) return undefined;
    const { names, tenant } = this.options;
    return {
      text,
      strict: true,
      tenantOf: (claims) => (names.tenant === undefined ? tenant : parseTenant(textOf(claims, names.tenant), 'token')),
      identityOf: (claims) => {
        this.checkOrigin(claims);
        return { user: checkUser(textOf(claims, names.user)), roles: rolesOf(claims, names.roles) };
      },
    };
  }

  /** Providers give tokens to other applications too. @throws InvalidJwt */
  private checkOrigin(claims: Claims): void {
    const { issuer, audience } = this.options;
    if (issuer !== '' && claims.get('iss') !== issuer) throw new InvalidJwt('It is of another issuer.');
    if (audience !== '' && ![claims.get('aud')].flat().includes(audience)) {
      throw new InvalidJwt('It is for another audience.');
    }
  }
}
