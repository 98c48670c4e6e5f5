import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import { decodeProtectedHeader, errors, jwtVerify, SignJWT, type JWTPayload } from 'jose';
import type { TenantId } from '@abaco/contract';
import type { RequestHeaders } from '../access-policy.js';
import { ROLE_ADMIN, ROLE_ALL, ROLE_LIMITED, ROLE_PRIVILEGED } from '../roles.js';
import { parseTenant } from '../tenant.js';
import type { Credential } from '../caller.js';
import { checkUser, idOf } from './claims.js';
import { InvalidJwt } from './errors.js';
import { bearerToken } from './bearer-source.js';

/** EdDSA with Ed25519 (RFC 8037), whatever a token says. */
const ALGORITHM = 'EdDSA';
const ISSUER = 'abaco';
/** A token for something else is none that this API takes. */
const AUDIENCE = 'abaco-api';
const TENANT = 'abaco/tenant';
const LIMITED = 'abaco/limited';
/** Seconds that the clocks of two hosts of one installation may differ. */
const CLOCK_TOLERANCE = 60;

export interface ActorTokensOptions {
  /** Ed25519, the same on all hosts. */
  readonly privateKey: KeyObject;
  /** The role that users have (`web.user_role`). */
  readonly userRole: string;
  /** Milliseconds since 1970; for tests. */
  readonly now?: () => number;
}

/** Whom a token is about. */
export interface ActorTokenSubject {
  readonly tenant: TenantId;
  readonly user: string;
  /** The user has no role but `limited`. */
  readonly limited: boolean;
  /** Of what the token is for; only to be found again in logs of others. */
  readonly id: string;
}

/** What {@link ActorTokens} knows of a caller. */
export interface ActorTokenIdentity {
  readonly tenant: TenantId;
  readonly user: string;
  readonly roles: readonly string[];
  readonly credential: Credential;
}

/**
 * Access tokens that this service gives to executions and takes from them: `Authorization: Bearer <token>`. They make their holder
 * a user, never more: what roles the owner has besides is not known here.
 */
export class ActorTokens {
  private readonly publicKey: KeyObject;
  private readonly keyId: string;
  private readonly now: () => number;

  constructor(private readonly options: ActorTokensOptions) {
    this.publicKey = createPublicKey(options.privateKey);
    const der = this.publicKey.export({ format: 'der', type: 'spki' });
    this.keyId = `abaco-${createHash('sha256').update(der).digest('base64url').slice(0, 16)}`;
    this.now = options.now ?? Date.now;
  }

  /** @param seconds for how long it is valid. @throws InvalidJwt for a user that no token can be about */
  issue({ tenant, user, limited, id }: ActorTokenSubject, seconds: number): Promise<string> {
    const issued = Math.floor(this.now() / 1000);
    return new SignJWT({ [TENANT]: tenant, [LIMITED]: limited })
      .setProtectedHeader({ alg: ALGORITHM, typ: 'JWT', kid: this.keyId })
      .setIssuer(ISSUER)
      .setAudience(AUDIENCE)
      .setSubject(checkUser(user))
      .setJti(id)
      .setIssuedAt(issued)
      .setExpirationTime(issued + seconds)
      .sign(this.options.privateKey);
  }

  /**
   * @returns undefined when there is no token of ours: one that names our key is ours, and no other source is asked for it
   * @throws InvalidJwt
   */
  async identityIn(headers: RequestHeaders): Promise<ActorTokenIdentity | undefined> {
    const text = bearerToken(headers);
    if (text === undefined || keyIdOf(text) !== this.keyId) return undefined;
    const { sub = '', jti, [TENANT]: tenant, [LIMITED]: limited } = await this.verified(text);
    return {
      tenant: parseTenant(typeof tenant === 'string' ? tenant : '', 'token'),
      user: checkUser(sub),
      roles: limited === false ? [this.userRole()] : [ROLE_LIMITED],
      credential: { kind: 'execution', ...idOf(jti) },
    };
  }

  private async verified(text: string): Promise<JWTPayload> {
    try {
      const { payload } = await jwtVerify(text, this.publicKey, {
        algorithms: [ALGORITHM],
        issuer: ISSUER,
        audience: AUDIENCE,
        requiredClaims: ['sub', 'iat', 'exp'],
        clockTolerance: CLOCK_TOLERANCE,
        currentDate: new Date(this.now()),
      });
      return payload;
    } catch (error) {
      if (error instanceof errors.JWTExpired) throw new InvalidJwt('It has expired.');
      if (error instanceof errors.JWSSignatureVerificationFailed) throw new InvalidJwt('Its signature does not match.');
      if (error instanceof errors.JOSEError) throw new InvalidJwt('It is none that this service gives to executions.');
      throw error;
    }
  }

  /** A configuration may call a role of admins the users' role; a token of an execution gives none of them. */
  private userRole(): string {
    const { userRole } = this.options;
    return [ROLE_ALL, ROLE_ADMIN, ROLE_PRIVILEGED].includes(userRole) ? ROLE_LIMITED : userRole;
  }
}

/** What the token says, unverified. */
function keyIdOf(text: string): unknown {
  try {
    return decodeProtectedHeader(text).kid;
  } catch {
    return undefined; // not a token in compact form: whoever else looks here says so
  }
}
