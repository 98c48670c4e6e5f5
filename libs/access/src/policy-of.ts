import type { AbacoConfig } from '@abaco/config';
import type { AccessPolicy } from './access-policy.js';
import { InvalidAccessControl } from './errors.js';
import { OpenAccess } from './open-access.js';

/**
 * The policy that the configuration asks for.
 * @throws InvalidAccessControl, InvalidTenant
 */
export function accessPolicyOf(web: AbacoConfig['web']): AccessPolicy {
  switch (web.access_control) {
    case 'none':
      return new OpenAccess(web);
    default:
      throw new InvalidAccessControl(String(web.access_control satisfies never));
  }
}
