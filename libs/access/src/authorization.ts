import type { AbacoConfig } from '@abaco/config';
import { grantedTo, includesLevel, type PermissionEntry, type PermissionLevel, type TenantId } from '@abaco/contract';
import type { Caller } from './caller.js';
import { AdminRequired, MissingRole, NotAuthorized, RestrictedField, WorkersAreForAdmins } from './errors.js';
import { ROLE_ADMIN, ROLE_ALL, ROLE_LIMITED, ROLE_PRIVILEGED } from './roles.js';

/** What can be done to an object (contract 3.5, 3.6); `manage-workers` is for admins. */
export type Action = 'read' | 'execute' | 'update' | 'manage-workers';

/** An object of a tenant that is shared by permissions. */
export interface Resource {
  readonly tenant: TenantId;
  readonly permissions: readonly PermissionEntry[];
}

/** Fields of an actor that not everybody may set, and what the others are told (contract 2.1.2). */
export const restrictedFields = {
  privileged: 'make privileged actors',
  max_workers: 'set max workers',
  scaling: 'set scaling',
  max_cpus: 'set max CPUs',
  mem_limit: 'set mem limit',
  queue: 'set queue',
  use_container_uid: 'use container uid',
} as const;

/** The level of permission that an action takes; undefined: none suffices. */
export const levelOf: Readonly<Record<Action, PermissionLevel | undefined>> = {
  read: 'READ',
  execute: 'EXECUTE',
  update: 'UPDATE',
  'manage-workers': undefined,
};

/**
 * Decides who may do what: the only place that does. A caller may do what they or everybody (`ABACO_WORLD`) were granted on an
 * object; ownership gives nothing beyond the owner's own entry. Admins may do everything.
 */
export class Authorization {
  private readonly roles: ReadonlySet<string>;

  constructor({ user_role }: Pick<AbacoConfig['web'], 'user_role'>) {
    this.roles = new Set([ROLE_ALL, ROLE_ADMIN, ROLE_PRIVILEGED, ROLE_LIMITED, user_role]);
  }

  /** Never across tenants: an admin acts in the tenant of the request. */
  may(caller: Caller, action: Action, resource: Resource): boolean {
    const needed = levelOf[action];
    if (needed === undefined) return this.isAdmin(caller) && includesLevel(this.level(caller, resource), 'UPDATE');
    return includesLevel(this.level(caller, resource), needed);
  }

  /** How much the caller may do to an object. */
  level(caller: Caller, resource: Resource): PermissionLevel {
    if (caller.tenant !== resource.tenant || !this.hasRole(caller)) return 'NONE';
    const granted = this.isAdmin(caller) ? 'UPDATE' : grantedTo(caller.user, resource.permissions);
    const { limit = 'UPDATE' } = caller;
    return includesLevel(limit, granted) ? granted : limit;
  }

  /**
   * @param object what the caller is told that they have no access to
   * @throws NotAuthorized, WorkersAreForAdmins
   */
  require(caller: Caller, action: Action, resource: Resource, object: NotAuthorized['object'] = 'actor'): void {
    if (this.may(caller, action, resource)) return;
    throw action === 'manage-workers' ? new WorkersAreForAdmins() : new NotAuthorized(object);
  }

  /** @throws MissingRole when the caller has no role of Abaco */
  requireRole(caller: Caller): void {
    if (!this.hasRole(caller)) throw new MissingRole();
  }

  /** @throws AdminRequired */
  requireAdmin(caller: Caller): void {
    if (!this.isAdmin(caller)) throw new AdminRequired();
  }

  /** @throws RestrictedField for a field that the caller may not set */
  requireField(caller: Caller, field: keyof typeof restrictedFields): void {
    if (this.isAdmin(caller) || caller.roles.includes(ROLE_PRIVILEGED)) return;
    throw new RestrictedField(restrictedFields[field]);
  }

  isAdmin({ roles }: Caller): boolean {
    return roles.includes(ROLE_ADMIN) || roles.includes(ROLE_ALL);
  }

  private hasRole({ roles }: Caller): boolean {
    return roles.some((role) => this.roles.has(role));
  }
}
