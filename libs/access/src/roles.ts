import type { Caller } from './caller.js';

/** The pseudo role that may do everything: everybody's with access control `none`, never taken from a token (contract 3.3). */
export const ROLE_ALL = 'ALL';
/** Everything, in every tenant that the request names. */
export const ROLE_ADMIN = 'Internal/abaco-admin';
/** May set the restricted fields of actors that it may create or update. */
export const ROLE_PRIVILEGED = 'Internal/abaco-privileged';
/** As a user. */
export const ROLE_LIMITED = 'Internal/abaco-limited';
/** What a token without any roles counts as. */
export const ROLE_EVERYONE = 'Internal/everyone';

/** Whether the caller is a user only by the role `limited`. @param userRole `web.user_role` */
export const isLimited = ({ roles }: Pick<Caller, 'roles'>, userRole: string): boolean =>
  roles.includes(ROLE_LIMITED) &&
  ![ROLE_ALL, ROLE_ADMIN, ROLE_PRIVILEGED, userRole].some((role) => roles.includes(role));
