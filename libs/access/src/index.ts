export { AccessPolicy, type RequestHeaders } from './access-policy.js';
export type { Caller } from './caller.js';
export { InvalidAccessControl, InvalidTenant } from './errors.js';
export { ANONYMOUS, OpenAccess, ROLE_ALL } from './open-access.js';
export { accessPolicyOf } from './policy-of.js';
export { parseTenant } from './tenant.js';
