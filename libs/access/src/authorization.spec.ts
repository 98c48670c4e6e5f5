import type { TenantId } from '@abaco/contract';
import { type Action, Authorization, type Resource, restrictedFields } from './authorization.js';
import type { Caller } from './caller.js';
import { ROLE_ADMIN, ROLE_ALL, ROLE_EVERYONE, ROLE_LIMITED, ROLE_PRIVILEGED } from './roles.js';

const USER = 'Internal/abaco-user';
const DEV = 'DEV' as TenantId;
const caller = (user: string, roles: string[], tenant = DEV): Caller => ({
  tenant,
  user,
  roles,
  apiServer: 'https://x',
});
const resource: Resource = { tenant: DEV, permissions: [{ user: 'jdoe', level: 'UPDATE' }] };
const ACTIONS: Action[] = ['read', 'execute', 'update', 'manage-workers'];

describe('Authorization', () => {
  const authorization = new Authorization({ user_role: USER });
  const allowed = (who: Caller) => ACTIONS.filter((action) => authorization.may(who, action, resource));

  it.each<[string, Caller, Action[]]>([
    ['the owner', caller('jdoe', [USER]), ['read', 'execute', 'update']],
    ['a limited owner', caller('jdoe', [ROLE_LIMITED]), ['read', 'execute', 'update']],
    ['a privileged owner', caller('jdoe', [ROLE_PRIVILEGED]), ['read', 'execute', 'update']],
    ['an owner whose role was taken away', caller('jdoe', [ROLE_EVERYONE]), []],
    ['an owner without roles', caller('jdoe', []), []],
    ['an admin', caller('root', [ROLE_ADMIN]), ACTIONS],
    ['everybody in mode none', caller('anonymous', [ROLE_ALL]), ACTIONS],
    ['a stranger', caller('eve', [USER, ROLE_PRIVILEGED, ROLE_LIMITED]), []],
    ['a user whose name differs in case', caller('JDoe', [USER]), []],
    ['the namesake of another tenant', caller('jdoe', [USER], 'OTHER' as TenantId), []],
    ['the admin of another tenant', caller('root', [ROLE_ADMIN, ROLE_ALL], 'OTHER' as TenantId), []],
  ])('lets %s do what is theirs', (_, who, actions) => {
    expect(allowed(who)).toEqual(actions);
  });

  it('says it in the words of the contract', () => {
    const stranger = caller('eve', [USER]);
    expect(() => authorization.require(stranger, 'read', resource)).toThrow(
      'Not authorized -- you do not have access to this actor.',
    );
    expect(() => authorization.require(caller('jdoe', [USER]), 'manage-workers', resource)).toThrow(
      'Not authorized -- only admins are authorized to update workers.',
    );
    expect(() => authorization.requireRole(caller('eve', [ROLE_EVERYONE]))).toThrow(
      'Not authorized -- missing required role.',
    );
    expect(() => authorization.requireAdmin(stranger)).toThrow('Abaco Admin role required.');
    expect(() => authorization.requireRole(stranger)).not.toThrow();
  });

  it('takes the role of users from the configuration', () => {
    const open = new Authorization({ user_role: ROLE_EVERYONE });
    expect(open.may(caller('jdoe', [ROLE_EVERYONE]), 'update', resource)).toBe(true);
    expect(open.may(caller('jdoe', [USER]), 'read', resource)).toBe(false);
  });

  it.each(Object.keys(restrictedFields) as (keyof typeof restrictedFields)[])(
    'keeps %s for admins and privileged',
    (field) => {
      expect(() => authorization.requireField(caller('jdoe', [USER]), field)).toThrow(
        /^Not authorized -- only admins and privileged users can (make|set|use) .+\.$/,
      );
      for (const role of [ROLE_ADMIN, ROLE_PRIVILEGED, ROLE_ALL]) {
        expect(() => authorization.requireField(caller('jdoe', [role]), field)).not.toThrow();
      }
    },
  );
});
