import type { AccessPolicy, WebOptions } from './access-policy.js';
import { InvalidAccessControl } from './errors.js';
import { JwtAccess, type JwtAccessOptions } from './jwt/jwt-access.js';
import { OpenAccess } from './open-access.js';

/**
 * The policy that the configuration asks for.
 * @throws InvalidAccessControl, InvalidJwtOption, InvalidTenant
 */
export function accessPolicyOf(web: WebOptions, options: JwtAccessOptions = {}): AccessPolicy {
  switch (web.access_control) {
    case 'none':
      return new OpenAccess(web);
    case 'jwt':
      return new JwtAccess(web, options);
    default:
      throw new InvalidAccessControl(String(web.access_control satisfies never));
  }
}
