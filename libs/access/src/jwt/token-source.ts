import type { TenantId } from '@abaco/contract';
import type { RequestHeaders } from '../access-policy.js';
import type { Claims } from './token.js';

/** What the claims of a token say, once it is verified. */
export interface Identity {
  readonly user: string;
  readonly roles: readonly string[];
}

/** A token in a request, and how it is to be read. */
export interface FoundToken {
  readonly text: string;
  /** Whether only tokens exactly as RFC 7515 has them are accepted. */
  readonly strict: boolean;
  /** Name of the header, when containers are to know it (contract 4.3.1). */
  readonly jwtHeader?: string;
  /** Before the token is verified: it decides which keys are asked. @throws InvalidJwt, InvalidTenant */
  tenantOf(claims: Claims): TenantId;
  /** @throws InvalidJwt */
  identityOf(claims: Claims): Identity;
}

/** A place in a request where a token may stand. */
export interface TokenSource {
  /** @returns undefined when there is none. @throws InvalidJwt, InvalidTenant */
  find(headers: RequestHeaders): FoundToken | undefined;
}
