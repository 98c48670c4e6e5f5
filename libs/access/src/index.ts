export { AccessPolicy, type RequestHeaders } from './access-policy.js';
export { ApiServers } from './api-servers.js';
export { Authorization, type Action, levelOf, type Resource, restrictedFields } from './authorization.js';
export type { Caller, Credential } from './caller.js';
export {
  ActorDoesNotExist,
  AdminRequired,
  ConfigDoesNotExist,
  ConfigNotAuthorized,
  InvalidAccessControl,
  InvalidTenant,
  MissingRole,
  NotAuthorized,
  RestrictedField,
  WorkersAreForAdmins,
} from './errors.js';
export { ActorTokens, type ActorTokensOptions } from './jwt/actor-tokens.js';
export { InvalidJwt, InvalidJwtOption, NoCredentials } from './jwt/errors.js';
export { JwtAccess, type JwtAccessOptions } from './jwt/jwt-access.js';
export { ANONYMOUS, OpenAccess } from './open-access.js';
export { accessPolicyOf } from './policy-of.js';
export { isLimited, ROLE_ADMIN, ROLE_ALL, ROLE_EVERYONE, ROLE_LIMITED, ROLE_PRIVILEGED } from './roles.js';
export { parseTenant } from './tenant.js';
